import { Skeleton } from '@mantine/core'
import type { DirectoryChange } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { IconHistory } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './History.module.css'
import { HistoryLine } from './HistoryLine.tsx'
import { type Moment, momentsOf } from './history-moments.ts'

type Page = {
  items: readonly DirectoryChange[]
  nextCursor: string | null
  firstLoad: boolean
}
type Props = { changes: UseQueryResult<Page>; selfEntraId: string }

/** What happened to a person or group, newest first, and which run brought it. */
export function History({ changes, selfEntraId }: Props) {
  const { t } = useTranslation('directory')
  const panel = (content: ReactNode) => (
    <Panel title={t('history.title')} hint={t('history.hint')} flush>
      {content}
    </Panel>
  )
  return (
    <Loaded query={changes} skeleton={panel(<HistorySkeleton />)}>
      {({ items, nextCursor, firstLoad }) =>
        panel(
          <>
            {items.length === 0 ? (
              <Empty
                icon={<IconHistory size={24} />}
                title={t('history.none')}
                text={t('history.noneText')}
              />
            ) : (
              <ol className={classes['moments']}>
                {momentsOf(items).map((moment) => (
                  <MomentEntry
                    key={moment.key}
                    moment={moment}
                    selfEntraId={selfEntraId}
                    isFirstLoad={firstLoad}
                  />
                ))}
              </ol>
            )}
            <Pager nextCursor={nextCursor} />
          </>,
        )
      }
    </Loaded>
  )
}

type EntryProps = { moment: Moment; selfEntraId: string; isFirstLoad: boolean }

function MomentEntry({ moment, selfEntraId, isFirstLoad }: EntryProps) {
  const { t } = useTranslation('directory')
  const { dateTime, exact } = useFormats()
  const org = useOrg()
  const { at, run, changes } = moment
  const time = dateTime(at)
  return (
    <li className={classes['moment']}>
      <div className={classes['when']}>
        <time dateTime={at} title={exact(at)} className="nowrap">
          {time}
        </time>
        {run && (
          <div>
            <PageLink href={paths.syncRun(org, run)} label={t('history.runOf', { time })}>
              {t('history.run')}
            </PageLink>
          </div>
        )}
      </div>
      <ul className={classes['lines']}>
        {changes.map((change) => (
          <HistoryLine
            key={change.number}
            org={org}
            change={change}
            selfEntraId={selfEntraId}
            isFirstLoad={isFirstLoad}
          />
        ))}
      </ul>
    </li>
  )
}

function HistorySkeleton() {
  return (
    <ol className={classes['moments']} aria-busy>
      {[0, 1, 2].map((row) => (
        <li key={row} className={classes['moment']}>
          <Skeleton height={12} my={4} width={136} />
          <div className={classes['lines']}>
            <Skeleton height={12} my={4} width="40%" />
            <Skeleton height={12} my={4} width="60%" />
          </div>
        </li>
      ))}
    </ol>
  )
}
