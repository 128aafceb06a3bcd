import { Button } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { IconDownload, IconListDetails } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { hrefOf } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { ChangeFilters } from './ChangeFilters.tsx'
import { ChangeList } from './ChangeList.tsx'
import { firstFilter, readChangeSearch, writeChangeFilter } from './change-search.ts'
import classes from './RunChanges.module.css'
import { isHypothetical } from './run-tone.ts'

const PAGE_SIZE = 50

/** What a run changed, or would change, one by one. */
export function RunChanges({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const [address, change] = usePageSearch()
  const first = firstFilter(run)
  const asked = readChangeSearch(address, first)
  const changes = useQuery({
    ...ask('listSyncChanges', {
      params: { org, run: run.id },
      query: { ...asked, limit: PAGE_SIZE },
    }),
    placeholderData: keepPreviousData,
  })
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const heading = isHypothetical(run) ? { title: t('list.titleWould') } : {}
  const isRefined = Boolean(asked.object || asked.change || asked.search)
  return (
    <>
      <div className={classes['bar']}>
        <ChangeFilters
          filter={asked}
          search={asked.search}
          onFilter={(filter) => refine(writeChangeFilter(filter, first))}
          onSearch={(text) => refine({ search: text || undefined })}
        />
        <Button
          className={classes['export'] ?? ''}
          component="a"
          variant="default"
          href={hrefOf('exportSyncChanges', { org, run: run.id })}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('list.export')}
        </Button>
      </div>
      <Loaded
        query={changes}
        skeleton={
          <Panel {...heading} flush>
            <ChangeList org={org} changes={undefined} />
          </Panel>
        }
      >
        {(page) => (
          <Panel {...heading} flush>
            {page.items.length > 0 ? (
              <ChangeList org={org} changes={page.items} />
            ) : (
              <NoChanges
                why={page.firstLoad ? 'firstLoad' : isRefined ? 'noMatch' : 'none'}
                run={run}
                onClear={() => refine({ ...writeChangeFilter({}, first), search: undefined })}
              />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </>
  )
}

type NoChangesProps = {
  why: 'firstLoad' | 'noMatch' | 'none'
  run: SyncRun
  onClear: () => void
}

function NoChanges({ why, run, onClear }: NoChangesProps) {
  const { t } = useTranslation('sync')
  const icon = <IconListDetails size={24} />
  if (why === 'firstLoad') {
    return <Empty icon={icon} title={t('list.firstLoad')} text={t('list.firstLoadText')} />
  }
  if (why === 'none') {
    return <Empty icon={icon} title={t(isHypothetical(run) ? 'list.noneWould' : 'list.none')} />
  }
  return (
    <Empty
      icon={icon}
      title={t('list.noMatch')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('list.clear')}
        </Button>
      }
    />
  )
}
