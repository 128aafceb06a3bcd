import type { SyncProblem, SyncRun } from '@mooring/contract/directory'
import { IconCircleCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { changesOf } from './run-numbers.ts'

/** Objects that a run could not take over, each with its reason. */
export function RunProblems({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const [{ cursor }] = usePageSearch()
  const problems = useQuery({
    ...ask('listSyncProblems', { params: { org, run: run.id }, query: { limit: 25, cursor } }),
    placeholderData: keepPreviousData,
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
  const list = (items: readonly SyncProblem[] | undefined) => (
    <ItemList
      label={t('problem.title')}
      columns={columns}
      items={items}
      keyOf={(p) => `${p.kind} ${p.entraId} ${p.code} ${p.at}`}
      expected={Math.max(1, Math.min(changesOf(run).failed, 8))}
    />
  )
  return (
    <Loaded query={problems} skeleton={<Panel flush>{list(undefined)}</Panel>}>
      {(page) =>
        page.items.length === 0 && !cursor ? (
          <Panel flush>
            <Empty icon={<IconCircleCheck size={24} />} title={t('problem.none')} />
          </Panel>
        ) : (
          <Panel title={t('problem.title')} hint={t('problem.hint')} flush>
            {list(page.items)}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )
      }
    </Loaded>
  )
}
