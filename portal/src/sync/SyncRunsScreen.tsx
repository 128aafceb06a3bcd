import { paths } from '@mooring/contract/paths'
import { IconRefresh } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { START_SYNC, useWish } from '../frame/wish.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { isUnderWay, runKind } from './run-tone.ts'
import { StandingPanel } from './StandingPanel.tsx'
import { StartButtons } from './StartButtons.tsx'
import { SyncRunList } from './SyncRunList.tsx'
import { useStartSync } from './use-start-sync.ts'

const PAGE_SIZE = 25

export function SyncRunsScreen() {
  const { t } = useTranslation('sync')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const maySync = useMay('directory.sync')
  const start = useStartSync()
  usePageTitle(t('runs.title'))
  const runs = useQuery({
    ...ask('listSyncRuns', { params: { org }, query: { limit: PAGE_SIZE, cursor } }),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? 2_000 : 30_000),
  })
  useWish(START_SYNC, () => {
    if (maySync) start.mutate('delta')
  })

  const latest = cursor ? undefined : runs.data?.items.find((run) => runKind(run) === 'run')
  const sentence = latest && (
    <>
      {t(`runs.sentence.${latest.state}`)} {latest.startedAt && <Ago instant={latest.startedAt} />}
    </>
  )
  const list = (items: NonNullable<typeof runs.data>['items'] | undefined) => (
    <SyncRunList runs={items} org={org} />
  )
  return (
    <>
      <PageHeader
        title={t('runs.title')}
        sentence={sentence ?? t('runs.about')}
        actions={
          maySync && (
            <StartButtons start={start} isBusy={runs.data?.items.some(isUnderWay) ?? false} />
          )
        }
      />
      <div className="stack">
        {start.error && <ProblemNotice error={start.error} />}
        {!cursor && <StandingPanel org={org} />}
        <Loaded
          query={runs}
          skeleton={
            <Panel title={t('runs.list')} flush>
              {list(undefined)}
            </Panel>
          }
        >
          {(page) => (
            <Panel title={t('runs.list')} flush>
              {page.items.length === 0 && !cursor ? (
                <Empty
                  icon={<IconRefresh size={24} />}
                  title={t('runs.empty.title')}
                  text={t('runs.empty.text')}
                  action={
                    <ButtonLink href={paths.guide(org)} variant="default">
                      {t('runs.empty.action')}
                    </ButtonLink>
                  }
                />
              ) : (
                list(page.items)
              )}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
      </div>
    </>
  )
}
