import { Skeleton } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { IconEraser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { FreezeButton } from './FreezeButton.tsx'
import { FrozenNotice } from './FrozenNotice.tsx'
import { LimitsPanel } from './LimitsPanel.tsx'
import { WipeList } from './WipeList.tsx'
import { standingOf } from './wipe-standing.ts'

/** What others ask for is seen soon. */
const POLL_MS = 15_000

/** What was asked to be taken from devices, and how it is guarded. */
export function WipesScreen() {
  const { t } = useTranslation('wipes')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  usePageTitle(t('title'))
  const wipes = useQuery({
    ...ask('listWipes', { params: { org }, query: { cursor } }),
    refetchInterval: POLL_MS,
  })
  const guard = useQuery({
    ...ask('getWipeGuard', { params: { org } }),
    refetchInterval: POLL_MS,
  })
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={<Standing org={org} />}
        actions={<FreezeButton org={org} guard={guard.data} />}
      />
      <div className="stack">
        <FrozenNotice org={org} guard={guard.data} />
        <Loaded
          query={wipes}
          skeleton={
            <Panel flush>
              <WipeList wipes={undefined} org={org} />
            </Panel>
          }
        >
          {(page) => (
            <Panel flush>
              {page.items.length === 0 ? (
                <Empty
                  icon={<IconEraser size={24} />}
                  title={t('none')}
                  text={t('noneText')}
                  action={
                    <ButtonLink href={paths.devices(org)} variant="default">
                      {t('toDevices')}
                    </ButtonLink>
                  }
                />
              ) : (
                <WipeList wipes={page.items} org={org} />
              )}
              <Pager nextCursor={page.nextCursor} />
            </Panel>
          )}
        </Loaded>
        {/* Who may not see it is told so once, by the list. */}
        {!wipes.isLoadingError && (
          <Loaded query={guard} skeleton={<Skeleton height={160} radius={8} />}>
            {({ limits }) => <LimitsPanel org={org} limits={limits} />}
          </Loaded>
        )}
      </div>
    </>
  )
}

/** How it stands, whichever page of the list is shown: what waits is among the newest. */
function Standing({ org }: { org: string }) {
  const { t } = useTranslation('wipes')
  const { dateTime, number } = useFormats()
  const newest = useQuery(ask('listWipes', { params: { org }, query: { cursor: undefined } }))
  const guard = useQuery(ask('getWipeGuard', { params: { org } }))
  if (newest.isLoadingError || guard.isLoadingError) return null
  if (!newest.data || !guard.data) return <Skeleton height={20} width={280} />
  const standing = standingOf(guard.data, newest.data.items)
  switch (standing.key) {
    case 'frozen':
      return t('standing.frozen', { name: standing.name, time: dateTime(standing.at) })
    case 'nothing':
      return t('standing.nothing')
    case 'awaiting':
    case 'held':
      return t(`standing.${standing.key}`, {
        count: standing.count,
        number: number(standing.count),
      })
  }
}
