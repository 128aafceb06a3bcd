import type { PermissionLine } from '@mooring/contract/set-up'
import { IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './PermissionList.module.css'

const TONES = { granted: 'ok', missing: 'attention', unknown: 'unknown' } as const

/** The permissions as Entra lists them: exclamation mark before consent, green tick after. */
export function PermissionList({ permissions }: { permissions: readonly PermissionLine[] }) {
  const { t } = useTranslation('set-up')
  const required = permissions.filter((permission) => permission.required)
  const optional = permissions.filter((permission) => !permission.required)
  return (
    <Panel title={t('permission.title')} hint={t('permission.hint')} flush>
      <Lines label={t('permission.title')} permissions={required} />
      {optional.length > 0 && (
        <details className={classes['more']}>
          <summary>
            <IconChevronRight size={16} aria-hidden />
            {t('permission.more')}
          </summary>
          <div className={classes['hint']}>{t('permission.moreHint')}</div>
          <Lines label={t('permission.more')} permissions={optional} />
        </details>
      )}
    </Panel>
  )
}

function Lines({ label, permissions }: { label: string; permissions: readonly PermissionLine[] }) {
  const { t } = useTranslation('set-up')
  const columns: Column<PermissionLine>[] = [
    {
      id: 'name',
      head: t('permission.name'),
      narrow: 'first',
      width: '32%',
      cell: ({ name }) => <code className="mono">{name}</code>,
    },
    {
      id: 'type',
      head: t('permission.type'),
      from: 'wide',
      width: '112px',
      cell: () => t('permission.application'),
    },
    {
      id: 'neededFor',
      head: t('permission.neededFor'),
      narrow: 'below',
      cell: ({ neededFor }) => neededFor,
    },
    {
      id: 'state',
      head: t('permission.state'),
      narrow: 'end',
      width: '160px',
      // Optional ones that are missing are no fault.
      cell: ({ state, required }) => (
        <StateTag
          size="sm"
          tone={state === 'missing' && !required ? 'off' : TONES[state]}
          label={t(`permission.states.${state}`)}
        />
      ),
    },
  ]
  return <ItemList label={label} columns={columns} items={permissions} keyOf={({ name }) => name} />
}
