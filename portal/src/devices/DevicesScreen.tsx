import { Button, NativeSelect } from '@mantine/core'
import type { Device, DeviceFilter } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
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
import { DeviceList } from './DeviceList.tsx'
import { DEVICE_STATES, isRefined, NO_DEVICE_FILTER, readDeviceSearch } from './device-search.ts'
import { FilterActions } from './FilterActions.tsx'

const PAGE_SIZE = 50
/** A device that enrols while one looks is seen soon. */
const POLL_MS = 5_000

/** Every device that is, or was, managed here. */
export function DevicesScreen() {
  const { t } = useTranslation('devices')
  const org = useOrg()
  const [address, change] = usePageSearch()
  const asked = readDeviceSearch(address)
  usePageTitle(t('title'))
  const devices = useQuery({
    ...ask('listDevices', { params: { org }, query: { ...asked, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  })
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const list = (items: readonly Device[] | undefined) => <DeviceList devices={items} org={org} />
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={t('about')}
        actions={
          (devices.data?.items.length ?? 0) > 0 && (
            <FilterActions org={org} filter={filterOf(asked)} />
          )
        }
      />
      <ListFilters
        label={t('filter.search')}
        placeholder={t('filter.searchHint')}
        value={asked.search}
        onSearch={(text) => refine({ search: text || undefined })}
      >
        <NativeSelect
          aria-label={t('filter.state')}
          value={asked.state ?? ''}
          data={[
            { value: '', label: t('filter.everyState') },
            ...DEVICE_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
          ]}
          onChange={(event) => refine({ state: event.currentTarget.value || undefined })}
        />
        {asked.user && (
          <Button variant="default" onClick={() => refine({ user: undefined })}>
            {t('filter.everyUser')}
          </Button>
        )}
      </ListFilters>
      <Loaded query={devices} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <NoDevices
                isRefined={isRefined(asked)}
                org={org}
                onClear={() => refine({ ...NO_DEVICE_FILTER })}
              />
            ) : (
              list(page.items)
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </>
  )
}

/** Only what is asked for, without the place in the list. */
const filterOf = ({ cursor: _, ...filter }: ReturnType<typeof readDeviceSearch>): DeviceFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))

type NoneProps = { isRefined: boolean; org: string; onClear: () => void }

/** None fits, or none has enrolled yet: then the guide says what is to be done in Entra. */
function NoDevices({ isRefined: isSearch, org, onClear }: NoneProps) {
  const { t } = useTranslation('devices')
  const mayConnect = useMay('connection.read')
  const icon = <IconDeviceLaptop size={24} />
  if (isSearch) {
    return (
      <Empty
        icon={icon}
        title={t('empty.noMatch')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('filter.clear')}
          </Button>
        }
      />
    )
  }
  return (
    <Empty
      icon={icon}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        <>
          {mayConnect && <ButtonLink href={paths.guide(org)}>{t('empty.guide')}</ButtonLink>}
          <ButtonLink href={paths.enrolment(org)} variant="default">
            {t('empty.attempts')}
          </ButtonLink>
        </>
      }
    />
  )
}
