import { Button, Group } from '@mantine/core'
import type { Device } from '@mooring/contract/devices'
import { endpoints } from '@mooring/contract/endpoints'
import { paths } from '@mooring/contract/paths'
import { IconDeviceLaptop, IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { urlOf } from '../api.ts'
import { ListSummary } from '../directory/ListSummary.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { ColumnsMenu } from './ColumnsMenu.tsx'
import { DeviceFilters } from './DeviceFilters.tsx'
import { DeviceList } from './DeviceList.tsx'
import classes from './Devices.module.css'
import {
  type DeviceSearch,
  isRefined,
  readDeviceSearch,
  USUAL_COLUMNS,
  writeFilter,
} from './device-search.ts'
import { FilterActions } from './FilterActions.tsx'
import { keepColumns, readKeptColumns } from './kept-columns.ts'
import { SelectionBar } from './SelectionBar.tsx'
import { ViewsMenu } from './ViewsMenu.tsx'

const PAGE_SIZE = 50
/** A device that enrols while one looks is seen soon. */
const POLL_MS = 5_000

/** Every device that is, or was, managed here. */
export function DevicesScreen() {
  const { t } = useTranslation('devices')
  const org = useOrg()
  const [address, change] = usePageSearch()
  const asked = readDeviceSearch(address)
  const { filter, sort, descending, cursor } = asked
  const columns = asked.columns ?? readKeptColumns() ?? USUAL_COLUMNS
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  usePageTitle(t('title'))
  const query = { ...filter, sort, descending: writeBoolean(descending), limit: PAGE_SIZE }
  const devices = useQuery({
    ...ask('listDevices', { params: { org }, query: { ...query, cursor } }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  })
  const refine = (patch: Record<string, string | undefined>) => {
    // What is chosen and not found any more would be acted on unseen.
    setChosen(new Set())
    change({ ...patch, cursor: undefined }, 'replace')
  }
  const list = (items: readonly Device[] | undefined) => (
    <div className={classes['scroll']}>
      <DeviceList
        devices={items}
        org={org}
        columns={columns}
        order={asked}
        onSort={(order) =>
          change(
            { sort: order.sort, descending: writeBoolean(order.descending), cursor: undefined },
            'replace',
          )
        }
        chosen={chosen}
        onChoose={setChosen}
      />
    </div>
  )
  const hasSome = (devices.data?.items.length ?? 0) > 0
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={t('about')}
        actions={hasSome && <FilterActions org={org} filter={filter} />}
      />
      <DeviceFilters filter={filter} onRefine={refine} />
      <Group gap="xs" mb="sm" justify="flex-end">
        <ViewsMenu
          org={org}
          present={{ filter, sort, descending, columns: [...columns] }}
          onOpen={(view) =>
            refine({
              ...writeFilter(view.filter),
              sort: view.sort,
              descending: writeBoolean(view.descending),
              columns: view.columns.join(','),
            })
          }
        />
        <ColumnsMenu
          columns={columns}
          onChange={(next) => {
            keepColumns(next)
            change({ columns: next.join(',') }, 'replace')
          }}
        />
        <ExportLink org={org} asked={asked} columns={columns} />
      </Group>
      <SelectionBar chosen={chosen} onClear={() => setChosen(new Set())} />
      <Loaded query={devices} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <NoDevices
                isRefined={isRefined(asked)}
                org={org}
                onClear={() => refine(writeFilter({}))}
              />
            ) : (
              list(page.items)
            )}
            <Pager
              nextCursor={page.nextCursor}
              summary={
                <ListSummary
                  total={page.total}
                  firstPage={
                    ask('listDevices', { params: { org }, query: { ...query, cursor: undefined } })
                      .queryKey
                  }
                  write={(count, number) => t('total', { count, number })}
                />
              }
            />
          </Panel>
        )}
      </Loaded>
    </>
  )
}

const writeBoolean = (value: boolean) => (value ? ('true' as const) : undefined)

type ExportProps = { org: string; asked: DeviceSearch; columns: readonly string[] }

/** Everything that the filter finds, with the columns that are shown. */
function ExportLink({ org, asked, columns }: ExportProps) {
  const { t, i18n } = useTranslation('devices')
  const { filter, sort, descending } = asked
  const query = {
    ...filter,
    sort,
    descending: writeBoolean(descending),
    columns: columns.join(','),
    language: i18n.language.startsWith('de') ? 'de' : 'en',
  }
  return (
    <Button
      component="a"
      variant="default"
      size="xs"
      href={urlOf(endpoints.exportDevices.path, { org }, query)}
      download
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {t('export')}
    </Button>
  )
}

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
