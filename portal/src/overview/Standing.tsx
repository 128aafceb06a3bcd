import type { Overview } from '@mooring/contract/overview'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ButtonLink, PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { StreamRow } from '../sync/StandingRows.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Standing.module.css'

/** How old the copy of each kind of object is, and when it is brought up to date next. */
export function Standing({ overview, org }: { overview: Overview; org: string }) {
  const { t } = useTranslation('overview')
  const mayRead = useMay('directory.read')
  return (
    <Panel
      title={t('standing.title')}
      flush
      action={
        mayRead && (
          <ButtonLink href={paths.syncRuns(org)} variant="default" size="xs">
            {t('standing.open')}
          </ButtonLink>
        )
      }
    >
      <ul className={classes['list']}>
        {overview.standing.map((stream) => (
          <StreamRow key={stream.stream} standing={stream} />
        ))}
      </ul>
      {mayRead && overview.tenant && <NextRun org={org} />}
    </Panel>
  )
}

/** Beside the rest: where it cannot be had, the rest is still right. */
function NextRun({ org }: { org: string }) {
  const { t } = useTranslation('overview')
  const { dateTime, exact } = useFormats()
  const { data } = useQuery({
    ...ask('getDirectoryStanding', { params: { org } }),
    refetchInterval: 30_000,
  })
  const nextRunAt = data?.nextRunAt
  return (
    <div className={classes['foot']}>
      {nextRunAt && (
        <span>
          {t('standing.next')}{' '}
          <time dateTime={nextRunAt} title={exact(nextRunAt)} className="nowrap">
            {dateTime(nextRunAt)}
          </time>
        </span>
      )}
      {nextRunAt === null && <span>{t('standing.noNext')}</span>}
      <PageLink href={paths.syncSettings(org)}>{t('standing.schedule')}</PageLink>
    </div>
  )
}
