import { Button, Skeleton } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ObjectTabs } from '../directory/ObjectTabs.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { TroubleNotice } from '../frame/TroubleNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { DecisionNotice } from './DecisionNotice.tsx'
import { DecisionPanel } from './DecisionPanel.tsx'
import { HoldNotice } from './HoldNotice.tsx'
import { RunChanges } from './RunChanges.tsx'
import { RunCounts } from './RunCounts.tsx'
import { RunFacts } from './RunFacts.tsx'
import { RunProblems } from './RunProblems.tsx'
import { RunProgress } from './RunProgress.tsx'
import { RunTags } from './RunTags.tsx'
import { sentenceOf } from './run-sentence.ts'
import { isUnderWay, runKind } from './run-tone.ts'
import classes from './SyncRunScreen.module.css'
import { useWatchedRun } from './use-watched-run.ts'

export function SyncRunScreen() {
  const { t } = useTranslation('sync')
  const { dateTime, number } = useFormats()
  const org = useOrg()
  const run = useWatchedRun(org, useParam('run'))
  const maySync = useMay('directory.sync')
  usePageTitle(t('run.title'))
  useFreshListsWhenDone(run.data)
  const stop = useMutation({
    mutationFn: (id: string) => call('cancelSyncRun', { params: { org, run: id }, body: {} }),
    onSettled: () => run.refetch(),
  })
  const above = <PageLink href={paths.syncRuns(org)}>{t('runs.title')}</PageLink>
  const titleOf = ({ startedAt, ...data }: SyncRun) =>
    startedAt
      ? t(`run.titleOf.${runKind({ ...data, startedAt })}`, { time: dateTime(startedAt) })
      : t('run.title')
  const problemsOf = ({ counts }: SyncRun) =>
    counts.users.failed + counts.groups.failed + counts.devices.failed
  // Where somebody has to decide, the list comes first.
  const numbers = (data: SyncRun) => (
    <div className={classes['pair']}>
      <RunCounts org={org} run={data} />
      <RunFacts run={data} />
    </div>
  )
  return (
    <Loaded
      query={run}
      skeleton={
        <>
          <PageHeader title={t('run.title')} above={above} sentence={<Skeleton height={20} />} />
          <div className={classes['pair']}>
            <Skeleton height={280} radius={8} />
            <Skeleton height={280} radius={8} />
          </div>
        </>
      }
    >
      {(data) => (
        <>
          <PageHeader
            title={titleOf(data)}
            above={above}
            tag={<RunTags run={data} />}
            sentence={t(`run.sentence.${sentenceOf(data)}`)}
            actions={
              maySync &&
              isUnderWay(data) && (
                <Button
                  variant="default"
                  loading={stop.isPending}
                  onClick={() => stop.mutate(data.id)}
                >
                  {t('run.cancel')}
                </Button>
              )
            }
          />
          <div className="stack">
            {stop.error && <ProblemNotice error={stop.error} />}
            <DecisionNotice org={org} run={data} />
            {data.problem && (
              <TroubleNotice
                trouble={data.problem}
                tone={data.state === 'failed' ? 'wrong' : 'attention'}
              />
            )}
            <HoldNotice run={data} />
            {isUnderWay(data) && <RunProgress run={data} />}
            {data.state !== 'held' && numbers(data)}
            {!isUnderWay(data) && (
              <ObjectTabs
                tabs={[
                  {
                    id: 'changes',
                    label: t('run.tabs.changes'),
                    content: <RunChanges org={org} run={data} />,
                  },
                  {
                    id: 'problems',
                    label: t('run.tabs.problems', { number: number(problemsOf(data)) }),
                    content: <RunProblems org={org} run={data} />,
                  },
                ]}
              />
            )}
            {data.state === 'held' && (
              <>
                <DecisionPanel org={org} run={data} />
                {numbers(data)}
              </>
            )}
          </div>
        </>
      )}
    </Loaded>
  )
}

/** Queries that a run may have made old. */
const TOUCHED = [
  'listUsers',
  'getUser',
  'listGroups',
  'getGroup',
  'getOverview',
  'listSyncRuns',
  'listSyncChanges',
  'listSyncProblems',
  'listOpenProblems',
  'getDirectoryStanding',
  'getDirectorySettings',
  'getGuide',
]

/** People and groups on other pages may be different after a run. */
function useFreshListsWhenDone(run: SyncRun | undefined) {
  const queryClient = useQueryClient()
  const isDone = run !== undefined && !isUnderWay(run)
  useEffect(() => {
    if (!isDone) return
    for (const name of TOUCHED) void queryClient.invalidateQueries({ queryKey: [name] })
  }, [isDone, queryClient])
}
