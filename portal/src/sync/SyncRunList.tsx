import { Group } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago, useNow } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { ChangesBar } from './ChangesBar.tsx'
import { runDurationMs } from './run-numbers.ts'
import { RUN_TONES, runKind } from './run-tone.ts'

type Props = { runs: readonly SyncRun[] | undefined; org: string; expected?: number }

export function SyncRunList({ runs, org, expected }: Props) {
  const { t } = useTranslation('sync')
  const formats = useFormats()
  const now = useNow()
  const columns: Column<SyncRun>[] = [
    {
      id: 'started',
      head: t('column.started'),
      narrow: 'first',
      width: '24%',
      cell: (run) => <Started org={org} run={run} />,
    },
    {
      id: 'state',
      head: t('column.state'),
      narrow: 'end',
      cell: (run) => <StateTag tone={RUN_TONES[run.state]} label={t(`state.${run.state}`)} />,
    },
    {
      id: 'changes',
      head: t('column.changes'),
      narrow: 'second',
      width: '28%',
      cell: (run) => <ChangesBar run={run} />,
    },
    {
      id: 'trigger',
      head: t('column.trigger'),
      from: 'medium',
      cell: (run) => t(`trigger.${run.trigger}`),
    },
    {
      id: 'requests',
      head: t('column.requests'),
      from: 'wide',
      numeric: true,
      cell: (run) => formats.number(run.requests),
    },
    {
      id: 'duration',
      head: t('column.duration'),
      numeric: true,
      cell: (run) => {
        const ms = runDurationMs(run, now)
        return ms === undefined ? '–' : formats.duration(ms)
      },
    },
  ]
  return (
    <ItemList
      label={t('runs.title')}
      columns={columns}
      items={runs}
      keyOf={(run) => run.id}
      {...(expected ? { expected } : {})}
    />
  )
}

function Started({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const kind = runKind(run)
  return (
    <Group gap={8}>
      <PageLink href={paths.syncRun(org, run.id)} strong>
        {run.startedAt ? <Ago instant={run.startedAt} /> : t('notStarted')}
      </PageLink>
      {kind !== 'run' && <StateTag tone="info" size="sm" label={t(`shortKind.${kind}`)} />}
    </Group>
  )
}
