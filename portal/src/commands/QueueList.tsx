import type { QueueItem } from '@mooring/contract/command-batches'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { CommandAsked } from '../devices/CommandAsked.tsx'
import { useCommandName } from '../devices/CommandList.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { BatchProgress } from './BatchProgress.tsx'
import { OUTCOME_TONES, outcomeOf } from './batch-view.ts'
import { useTargetWords } from './use-target-words.ts'

type Props = { items: readonly QueueItem[] | undefined; org: string }

const askedOf = (item: QueueItem) => (item.kind === 'batch' ? item.batch : item.command)

/** Requests to many devices and commands of single ones, newest first. */
export function QueueList({ items, org }: Props) {
  const { t } = useTranslation('commands')
  const { dateTime, number } = useFormats()
  const nameOf = useCommandName()
  const targetWords = useTargetWords()
  const hrefOf = (item: QueueItem) =>
    item.kind === 'batch'
      ? paths.commandBatch(org, item.batch.id)
      : `${paths.device(org, item.device.id)}?tab=commands`
  const columns: Column<QueueItem>[] = [
    {
      id: 'what',
      head: t('column.what'),
      narrow: 'first',
      width: '26%',
      cell: (item) => {
        const { kind, asked } = askedOf(item)
        return (
          <>
            <PageLink href={hrefOf(item)} strong>
              {nameOf(kind)}
            </PageLink>
            <CommandAsked kind={kind} asked={asked} />
          </>
        )
      },
    },
    {
      id: 'whom',
      head: t('column.whom'),
      narrow: 'second',
      cell: (item) =>
        item.kind === 'single' ? (
          <PageLink href={paths.device(org, item.device.id)}>{item.device.name}</PageLink>
        ) : (
          <>
            {t('devices', {
              count: item.batch.deviceCount,
              number: number(item.batch.deviceCount),
            })}
            <div className="soft">{targetWords(item.batch.target)}</div>
          </>
        ),
    },
    {
      id: 'when',
      head: t('column.when'),
      narrow: 'second',
      cell: (item) => {
        const { createdAt, createdBy } = askedOf(item)
        return (
          <>
            <time dateTime={createdAt} className="nowrap">
              {dateTime(createdAt)}
            </time>
            <div className="soft">{createdBy}</div>
          </>
        )
      },
    },
    {
      id: 'how',
      head: t('column.how'),
      narrow: 'below',
      width: '24%',
      cell: (item) =>
        item.kind === 'batch' ? (
          <BatchProgress progress={item.batch.progress} isShort />
        ) : (
          <StateTag
            size="sm"
            tone={OUTCOME_TONES[outcomeOf(item.command)]}
            label={t(`outcome.${outcomeOf(item.command)}`)}
          />
        ),
    },
  ]
  return (
    <ItemList
      label={t('title')}
      columns={columns}
      items={items}
      keyOf={(item) => askedOf(item).id}
      expected={6}
    />
  )
}
