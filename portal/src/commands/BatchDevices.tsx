import { Button, Skeleton } from '@mantine/core'
import type { BatchDevice, CommandBatch } from '@mooring/contract/command-batches'
import { paths } from '@mooring/contract/paths'
import { IconListCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CommandResult } from '../devices/CommandList.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { isBatchUnderWay, OUTCOME_TONES, outcomeOf, partsOf, readOutcome } from './batch-view.ts'
import classes from './Commands.module.css'

const PAGE_SIZE = 50
const POLL_MS = 3_000

/** Each device of a request and what came of it, all or those that are so far. */
export function BatchDevices({ org, batch }: { org: string; batch: CommandBatch }) {
  const { t } = useTranslation('commands')
  const [{ cursor, outcome: wanted }, change] = usePageSearch()
  const outcome = readOutcome(wanted)
  const devices = useQuery({
    ...ask('listCommandBatchDevices', {
      params: { org, batch: batch.id },
      query: { cursor, outcome, limit: PAGE_SIZE },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: isBatchUnderWay(batch.progress) ? POLL_MS : false,
  })
  return (
    <>
      <OutcomeFilter
        batch={batch}
        value={outcome}
        onChange={(next) => change({ outcome: next, cursor: undefined }, 'replace')}
      />
      <Loaded query={devices} skeleton={<Skeleton height={160} />}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <Empty icon={<IconListCheck size={24} />} title={t('batch.noneOfIt')} />
            ) : (
              <DeviceOutcomes items={page.items} org={org} />
            )}
            <Pager nextCursor={page.nextCursor} />
          </>
        )}
      </Loaded>
    </>
  )
}

type FilterProps = {
  batch: CommandBatch
  value: ReturnType<typeof readOutcome>
  onChange: (outcome: string | undefined) => void
}

function OutcomeFilter({ batch, value, onChange }: FilterProps) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const parts = partsOf(batch.progress)
  const offered =
    value && !parts.some(({ outcome }) => outcome === value)
      ? [...parts, { outcome: value, count: 0 }]
      : parts
  return (
    <fieldset className={classes['filters']} aria-label={t('column.how')}>
      <Button
        size="xs"
        variant={value ? 'default' : 'light'}
        aria-pressed={!value}
        onClick={() => onChange(undefined)}
      >
        {t('batch.every')}
      </Button>
      {offered.map(({ outcome, count }) => (
        <Button
          key={outcome}
          size="xs"
          variant={value === outcome ? 'light' : 'default'}
          aria-pressed={value === outcome}
          onClick={() => onChange(outcome)}
        >
          {t('progress.part', { outcome: t(`outcome.${outcome}`), number: number(count) })}
        </Button>
      ))}
    </fieldset>
  )
}

function DeviceOutcomes({ items, org }: { items: readonly BatchDevice[]; org: string }) {
  const { t } = useTranslation('commands')
  const columns: Column<BatchDevice>[] = [
    {
      id: 'device',
      head: t('deviceColumn.device'),
      narrow: 'first',
      width: '30%',
      cell: ({ device }) => (
        <PageLink href={`${paths.device(org, device.id)}?tab=commands`} strong>
          {device.name}
        </PageLink>
      ),
    },
    {
      id: 'outcome',
      head: t('deviceColumn.outcome'),
      narrow: 'end',
      width: '20%',
      cell: ({ command }) => (
        <StateTag
          size="sm"
          tone={OUTCOME_TONES[outcomeOf(command)]}
          label={t(`outcome.${outcomeOf(command)}`)}
        />
      ),
    },
    {
      id: 'result',
      head: t('deviceColumn.result'),
      narrow: 'below',
      cell: ({ command }) => (
        <div>
          <CommandResult command={command} />
        </div>
      ),
    },
  ]
  return (
    <ItemList
      label={t('batch.devices')}
      columns={columns}
      items={items}
      keyOf={({ command }) => command.id}
    />
  )
}
