import { Button } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { IconPlus, IconStack2 } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { GroupDialog } from './GroupDialog.tsx'
import { GroupList } from './GroupList.tsx'

const PAGE_SIZE = 50

/** Groups of devices by name. */
export function DeviceGroupsScreen() {
  const { t } = useTranslation('device-groups')
  const org = useOrg()
  const [{ cursor, search }, change] = usePageSearch()
  const navigate = useNavigate()
  const mayManage = useMay('devices.manage')
  const [isMaking, setMaking] = useState(false)
  usePageTitle(t('title'))
  const groups = useQuery({
    ...ask('listDeviceGroups', { params: { org }, query: { cursor, search, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={t('about')}
        actions={
          mayManage && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => setMaking(true)}
            >
              {t('create')}
            </Button>
          )
        }
      />
      <ListFilters
        label={t('search')}
        placeholder={t('searchHint')}
        value={search}
        onSearch={(text) => change({ search: text || undefined, cursor: undefined }, 'replace')}
      />
      <Loaded
        query={groups}
        skeleton={
          <Panel flush>
            <GroupList groups={undefined} org={org} />
          </Panel>
        }
      >
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <NoGroups
                org={org}
                isSearch={Boolean(search)}
                onClear={() => change({ search: undefined, cursor: undefined }, 'replace')}
              />
            ) : (
              <GroupList groups={page.items} org={org} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
      {isMaking && (
        <GroupDialog
          org={org}
          onSaved={({ id }) => void navigate({ to: paths.deviceGroup(org, id) })}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  )
}

type NoneProps = { org: string; isSearch: boolean; onClear: () => void }

function NoGroups({ org, isSearch, onClear }: NoneProps) {
  const { t } = useTranslation('device-groups')
  const icon = <IconStack2 size={24} />
  if (isSearch) {
    return (
      <Empty
        icon={icon}
        title={t('noMatch')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('clear')}
          </Button>
        }
      />
    )
  }
  return (
    <Empty
      icon={icon}
      title={t('none')}
      text={t('noneText')}
      action={
        <ButtonLink href={paths.devices(org)} variant="default">
          {t('toDevices')}
        </ButtonLink>
      }
    />
  )
}
