import { Skeleton } from '@mantine/core'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconArrowRight, IconHistory } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import timeline from '../directory/History.module.css'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Devices.module.css'
import { nodeOf } from './device-nodes.ts'
import { FactValue } from './FactValue.tsx'
import { visitsOf } from './history-visits.ts'
import { readValue } from './read-fact.ts'

type Change = AnswerOf<'listDeviceFactChanges'>['items'][number]
const PAGE_SIZE = 50
/** What is longer is looked up under "For experts". */
const LONGEST = 160

/** What changed of the device, newest first, by the visit in which it told so. */
export function DeviceHistory({ device, org }: { device: string; org: string }) {
  const { t } = useTranslation('devices')
  const [{ cursor }] = usePageSearch()
  const changes = useQuery({
    ...ask('listDeviceFactChanges', {
      params: { org, device },
      query: { cursor, limit: PAGE_SIZE },
    }),
    placeholderData: keepPreviousData,
  })
  const panel = (content: ReactNode) => (
    <Panel title={t('history.title')} hint={t('history.hint')} flush>
      {content}
    </Panel>
  )
  return (
    <Loaded query={changes} skeleton={panel(<HistorySkeleton />)}>
      {({ items, nextCursor }) =>
        panel(
          <>
            {items.length === 0 ? (
              <Empty
                icon={<IconHistory size={24} />}
                title={t('history.none')}
                text={t('history.noneText')}
              />
            ) : (
              <ol className={timeline['moments']}>
                {visitsOf(items).map((visit) => (
                  <VisitEntry key={visit.at} at={visit.at} changes={visit.changes} />
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

function VisitEntry({ at, changes }: { at: string; changes: readonly Change[] }) {
  const { dateTime, exact } = useFormats()
  return (
    <li className={timeline['moment']}>
      <div className={timeline['when']}>
        <time dateTime={at} title={exact(at)} className="nowrap">
          {dateTime(at)}
        </time>
      </div>
      <ul className={timeline['lines']}>
        {changes.map((change) => (
          <ChangeLine key={change.number} change={change} />
        ))}
      </ul>
    </li>
  )
}

function ChangeLine({ change: { uri, before, after } }: { change: Change }) {
  const { t } = useTranslation('devices')
  const node = nodeOf(uri)
  return (
    <li className={classes['whole']}>
      {node ? t(`node.${node.id}`) : <code className="mono">{uri}</code>}
      <div>
        <span className="visually-hidden">{t('history.from')}: </span>
        <OneValue uri={uri} value={before} />
        <IconArrowRight size={14} aria-hidden className={classes['arrow'] ?? ''} />
        <span className="visually-hidden">{t('history.to')}: </span>
        <OneValue uri={uri} value={after} />
      </div>
    </li>
  )
}

function OneValue({ uri, value }: { uri: string; value: string | null }) {
  const { t } = useTranslation('devices')
  const node = nodeOf(uri)
  if (value === null || value === '') return <span className="soft">{t('fact.nothing')}</span>
  if (node) return <FactValue reading={readValue(node, value)} />
  return <>{value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}</>
}

function HistorySkeleton() {
  return (
    <ol className={timeline['moments']} aria-busy>
      {[0, 1, 2].map((row) => (
        <li key={row} className={timeline['moment']}>
          <Skeleton height={12} my={4} width={136} />
          <div className={timeline['lines']}>
            <Skeleton height={12} my={4} width="40%" />
          </div>
        </li>
      ))}
    </ol>
  )
}
