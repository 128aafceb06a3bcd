import { paths } from '@mooring/contract/paths'
import { IconListCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { QueueList } from './QueueList.tsx'

const PAGE_SIZE = 30
const POLL_MS = 5_000

/** What devices were told, one by one and many at once. */
export function CommandsScreen() {
  const { t } = useTranslation('commands')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  usePageTitle(t('title'))
  const queue = useQuery({
    ...ask('listCommandQueue', { params: { org }, query: { cursor, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  })
  return (
    <>
      <PageHeader title={t('title')} sentence={t('about')} />
      <Loaded
        query={queue}
        skeleton={
          <Panel flush>
            <QueueList items={undefined} org={org} />
          </Panel>
        }
      >
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <Empty
                icon={<IconListCheck size={24} />}
                title={t('none')}
                text={t('noneText')}
                action={
                  <ButtonLink href={paths.devices(org)} variant="default">
                    {t('toDevices')}
                  </ButtonLink>
                }
              />
            ) : (
              <QueueList items={page.items} org={org} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </>
  )
}
