import { Skeleton } from '@mantine/core'
import type { DirectoryStanding } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { ButtonLink, PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './StandingPanel.module.css'
import { NotificationRow, StreamRow } from './StandingRows.tsx'

const ROWS = ['users', 'groups', 'devices', 'notify users', 'notify groups']

/** How old the copy of each kind of object is, how it is kept fresh, and what wants somebody's eye. */
export function StandingPanel({ org }: { org: string }) {
  const { t } = useTranslation('sync')
  const standing = useQuery({
    ...ask('getDirectoryStanding', { params: { org } }),
    refetchInterval: 30_000,
  })
  return (
    <Loaded
      query={standing}
      skeleton={
        <Panel title={t('standing.title')} flush>
          <ul className={classes['list']} aria-busy>
            {ROWS.map((row) => (
              <li key={row} className={classes['row']}>
                <Skeleton height={12} width="60%" />
                <Skeleton height={12} width={96} />
                <Skeleton height={12} width="70%" />
              </li>
            ))}
          </ul>
          <div className={classes['foot']}>
            <Skeleton height={12} my={3} width={320} />
          </div>
        </Panel>
      }
    >
      {(data) => (
        <>
          {data.heldRun && (
            <Notice
              tone="attention"
              title={t('runs.held.title')}
              actions={
                <ButtonLink href={paths.syncRun(org, data.heldRun)} size="xs">
                  {t('runs.held.action')}
                </ButtonLink>
              }
            >
              <p>{t('runs.held.text')}</p>
            </Notice>
          )}
          <Panel title={t('standing.title')} flush>
            <ul className={classes['list']}>
              {data.streams.map((stream) => (
                <StreamRow key={stream.stream} standing={stream} />
              ))}
              {data.notifications.map((notification) => (
                <NotificationRow key={notification.stream} standing={notification} />
              ))}
            </ul>
            <Foot org={org} standing={data} />
          </Panel>
        </>
      )}
    </Loaded>
  )
}

function Foot({ org, standing }: { org: string; standing: DirectoryStanding }) {
  const { t } = useTranslation('sync')
  const { dateTime, number } = useFormats()
  const { nextRunAt, openProblems } = standing
  return (
    <div className={classes['foot']}>
      <span>
        {nextRunAt ? (
          <>
            {t('standing.next')} <time dateTime={nextRunAt}>{dateTime(nextRunAt)}</time>
          </>
        ) : (
          t('standing.noNext')
        )}
      </span>
      <PageLink href={paths.syncProblems(org)}>
        {t('standing.problems', { count: openProblems, number: number(openProblems) })}
      </PageLink>
      <PageLink href={paths.syncSettings(org)}>{t('standing.settings')}</PageLink>
    </div>
  )
}
