import type { PermissionLine } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { type Column, ItemList } from '../ui/ItemList.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'

const TONES = { granted: 'ok', missing: 'attention', unknown: 'unknown' } as const

/** The permissions as Entra lists them: exclamation mark before consent, green tick after. */
export function PermissionList({ permissions }: { permissions: readonly PermissionLine[] }) {
  const { t } = useTranslation('set-up')
  const columns: Column<PermissionLine>[] = [
    {
      id: 'name',
      head: t('permission.name'),
      narrow: 'first',
      width: '34%',
      cell: ({ name }) => <code className="mono">{name}</code>,
    },
    {
      id: 'type',
      head: t('permission.type'),
      from: 'wide',
      cell: () => t('permission.application'),
    },
    {
      id: 'neededFor',
      head: t('permission.neededFor'),
      narrow: 'second',
      cell: ({ neededFor, required }) =>
        required ? neededFor : t('permission.optional', { neededFor }),
    },
    {
      id: 'state',
      head: t('permission.state'),
      narrow: 'end',
      width: '18%',
      cell: ({ state }) => (
        <StateTag size="sm" tone={TONES[state]} label={t(`permission.states.${state}`)} />
      ),
    },
  ]
  return (
    <Panel title={t('permission.title')} hint={t('permission.hint')} flush>
      <ItemList
        label={t('permission.title')}
        columns={columns}
        items={permissions}
        keyOf={({ name }) => name}
      />
    </Panel>
  )
}
