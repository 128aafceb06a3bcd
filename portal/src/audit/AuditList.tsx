import { UnstyledButton } from '@mantine/core'
import type { AuditEvent } from '@mooring/contract/audit'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './AuditList.module.css'
import { Actor, AuditedObject, OUTCOME_TONES } from './AuditWords.tsx'

type Props = {
  org: string
  events: readonly AuditEvent[] | undefined
  onOpen: (event: AuditEvent) => void
}

export function AuditList({ org, events, onOpen }: Props) {
  const { t } = useTranslation('audit')
  const columns: Column<AuditEvent>[] = [
    {
      id: 'what',
      head: t('column.what'),
      narrow: 'first',
      width: '26%',
      cell: (event) => (
        <UnstyledButton className={classes['open']} onClick={() => onOpen(event)}>
          {event.title}
        </UnstyledButton>
      ),
    },
    {
      id: 'who',
      head: t('column.who'),
      narrow: 'second',
      width: '24%',
      cell: ({ actor }) => (
        <span className={classes['name']}>
          <Actor actor={actor} />
        </span>
      ),
    },
    {
      id: 'object',
      head: t('column.object'),
      from: 'medium',
      width: '24%',
      cell: ({ object }) => (
        <span className={classes['name']}>
          <AuditedObject org={org} object={object} />
        </span>
      ),
    },
    {
      id: 'when',
      head: t('column.when'),
      narrow: 'second',
      cell: ({ at }) => <Ago instant={at} />,
    },
    {
      id: 'outcome',
      head: t('column.outcome'),
      narrow: 'end',
      cell: ({ outcome }) => (
        <StateTag tone={OUTCOME_TONES[outcome]} label={t(`outcome.${outcome}`)} />
      ),
    },
  ]
  return (
    <ItemList
      label={t('list')}
      columns={columns}
      items={events}
      keyOf={(event) => String(event.number)}
    />
  )
}
