import { Button, Group } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { IconPlayerPlay, IconRefresh } from '@tabler/icons-react'
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
import { isUnderWay } from './run-tone.ts'
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

  const latest = cursor ? undefined : runs.data?.items[0]
  const sentence = latest && (
    <>
      {t(`runs.sentence.${latest.state}`)} {latest.startedAt && <Ago instant={latest.startedAt} />}
    </>
  )
  const isBusy = runs.data?.items.some(isUnderWay) ?? false
  return (
    <>
      <PageHeader
        title={t('runs.title')}
        sentence={sentence ?? t('runs.about')}
        actions={
          maySync && (
            <Group gap="xs">
              <Button
                variant="default"
                disabled={isBusy}
                loading={start.isPending && start.variables === 'full'}
                onClick={() => start.mutate('full')}
              >
                {t('start.full')}
              </Button>
              <Button
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                disabled={isBusy}
                loading={start.isPending && start.variables === 'delta'}
                onClick={() => start.mutate('delta')}
              >
                {t('start.delta')}
              </Button>
            </Group>
          )
        }
      />
      <div className="stack">
        {start.error && <ProblemNotice error={start.error} />}
        <Loaded
          query={runs}
          skeleton={
            <Panel flush>
              <SyncRunList runs={undefined} org={org} />
            </Panel>
          }
        >
          {(page) => (
            <Panel flush>
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
                <SyncRunList runs={page.items} org={org} />
              )}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
      </div>
    </>
  )
}
