import type { SyncProblem, SyncRun } from '@mooring/contract/directory'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { changesOf } from './run-numbers.ts'
import { isUnderWay } from './run-tone.ts'

/** Objects that could not be taken over, each with its reason. Absent where there are none. */
export function RunProblems({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const [{ cursor }] = usePageSearch()
  const { failed } = changesOf(run)
  const problems = useQuery({
    ...ask('listSyncProblems', { params: { org, run: run.id }, query: { limit: 25, cursor } }),
    refetchInterval: isUnderWay(run) ? 3_000 : false,
  })
  const columns: Column<SyncProblem>[] = [
    { id: 'kind', head: t('problem.kind'), cell: (p) => t(`problem.kinds.${p.kind}`) },
    { id: 'detail', head: t('problem.detail'), narrow: 'first', cell: (p) => p.detail },
    {
      id: 'entraId',
      head: t('problem.object'),
      narrow: 'second',
      cell: (p) => <code className="mono">{p.entraId ?? '–'}</code>,
    },
    {
      id: 'code',
      head: t('problem.code'),
      from: 'medium',
      cell: (p) => <code className="mono">{p.code}</code>,
    },
  ]
  if (failed === 0 && (problems.data?.items.length ?? 0) === 0) return null
  return (
    <Panel title={t('problem.title')} hint={t('problem.hint')} flush>
      <Loaded
        query={problems}
        skeleton={
          <ItemList
            label={t('problem.title')}
            columns={columns}
            items={undefined}
            keyOf={() => ''}
            expected={Math.min(failed, 8)}
          />
        }
      >
        {(page) => (
          <>
            <ItemList
              label={t('problem.title')}
              columns={columns}
              items={page.items}
              keyOf={(p) => `${p.kind} ${p.entraId} ${p.code} ${p.at}`}
            />
            <Pager nextCursor={page.nextCursor} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}
