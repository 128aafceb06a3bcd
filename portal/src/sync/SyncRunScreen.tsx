import { Button, Skeleton } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { TroubleNotice } from '../frame/TroubleNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { RunCounts } from './RunCounts.tsx'
import { RunFacts } from './RunFacts.tsx'
import { RunProblems } from './RunProblems.tsx'
import { RunProgress } from './RunProgress.tsx'
import { isUnderWay, RUN_TONES } from './run-tone.ts'
import classes from './SyncRunScreen.module.css'

export function SyncRunScreen() {
  const { t } = useTranslation('sync')
  const { dateTime } = useFormats()
  const org = useOrg()
  const run = useQuery({
    ...ask('getSyncRun', { params: { org, run: useParam('run') } }),
    refetchInterval: (query) => (isUnderWay(query.state.data) ? 1_000 : false),
  })
  const maySync = useMay('directory.sync')
  usePageTitle(t('run.title'))
  useFreshListsWhenDone(run.data !== undefined && !isUnderWay(run.data))
  const cancel = useMutation({
    mutationFn: (id: string) => call('cancelSyncRun', { params: { org, run: id } }),
    onSettled: () => run.refetch(),
  })
  const above = <PageLink href={paths.syncRuns(org)}>{t('runs.title')}</PageLink>
  return (
    <Loaded
      query={run}
      skeleton={
        <>
          <PageHeader title={t('run.title')} above={above} sentence={<Skeleton height={20} />} />
          <Skeleton height={320} />
        </>
      }
    >
      {(data) => (
        <>
          <PageHeader
            title={
              data.startedAt ? t('run.titleOf', { time: dateTime(data.startedAt) }) : t('run.title')
            }
            above={above}
            tag={<StateTag tone={RUN_TONES[data.state]} label={t(`state.${data.state}`)} />}
            sentence={t(`run.sentence.${data.state}`)}
            actions={
              maySync &&
              isUnderWay(data) && (
                <Button
                  variant="default"
                  loading={cancel.isPending}
                  onClick={() => cancel.mutate(data.id)}
                >
                  {t('run.cancel')}
                </Button>
              )
            }
          />
          <div className="stack">
            {cancel.error && <ProblemNotice error={cancel.error} />}
            {data.problem && (
              <TroubleNotice
                trouble={data.problem}
                tone={data.state === 'failed' ? 'wrong' : 'attention'}
              />
            )}
            {isUnderWay(data) && <RunProgress run={data} />}
            <RunProblems org={org} run={data} />
            <div className={classes['pair']}>
              <RunCounts counts={data.counts} />
              <RunFacts run={data} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  )
}

/** People and groups on other pages may be different after a run. */
function useFreshListsWhenDone(isDone: boolean) {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!isDone) return
    for (const name of ['listUsers', 'listGroups', 'getOverview', 'listSyncRuns', 'getGuide']) {
      void queryClient.invalidateQueries({ queryKey: [name] })
    }
  }, [isDone, queryClient])
}
