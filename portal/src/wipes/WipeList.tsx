import { paths } from '@mooring/contract/paths'
import type { Wipe } from '@mooring/contract/wipes'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { WIPE_TONES } from './tones.ts'

type Props = { wipes: readonly Wipe[] | undefined; org: string }

/** What was asked for, newest first. */
export function WipeList({ wipes, org }: Props) {
  const { t } = useTranslation('wipes')
  const { dateTime, number } = useFormats()
  const columns: Column<Wipe>[] = [
    {
      id: 'kind',
      head: t('column.kind'),
      narrow: 'first',
      cell: ({ id, kind }) => (
        <PageLink href={paths.wipe(org, id)} strong>
          {t(`kind.${kind}`)}
        </PageLink>
      ),
    },
    {
      id: 'devices',
      head: t('column.devices'),
      narrow: 'second',
      cell: ({ deviceCount: count }) => t('devices', { count, number: number(count) }),
    },
    { id: 'by', head: t('column.by'), narrow: 'second', cell: ({ requested }) => requested.name },
    {
      id: 'at',
      head: t('column.at'),
      cell: ({ requested }) => <span className="nowrap">{dateTime(requested.at)}</span>,
    },
    {
      id: 'beyond',
      head: t('column.beyond'),
      from: 'medium',
      cell: ({ beyond }) =>
        beyond ? t(`beyond.${beyond}`) : <span className="soft">{t('beyond.null')}</span>,
    },
    {
      id: 'state',
      head: t('column.state'),
      // Some states are long words: at the line's end they would leave no room for the rest.
      narrow: 'below',
      cell: ({ state }) => (
        <StateTag size="sm" tone={WIPE_TONES[state]} label={t(`state.${state}`)} />
      ),
    },
  ]
  return (
    <ItemList
      label={t('title')}
      columns={columns}
      items={wipes}
      keyOf={({ id }) => id}
      expected={3}
    />
  )
}
