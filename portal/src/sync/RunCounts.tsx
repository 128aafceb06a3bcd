import type { SyncCounts } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './RunCounts.module.css'

const KINDS = ['created', 'updated', 'disabled', 'restored', 'removed', 'failed'] as const

/** What a run did, people and groups beside each other. */
export function RunCounts({ counts }: { counts: SyncCounts }) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  const cell = (value: number) => (
    <td data-zero={value === 0 ? true : undefined}>{number(value)}</td>
  )
  return (
    <Panel title={t('counts.title')} flush>
      <table className={classes['counts']}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('counts.users')}</th>
            <th scope="col">{t('counts.groups')}</th>
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{t(`counts.${kind}`)}</th>
              {cell(counts.users[kind])}
              {cell(counts.groups[kind])}
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes['memberships']}>
        {t('counts.memberships', {
          added: number(counts.memberships.added),
          removed: number(counts.memberships.removed),
        })}
      </div>
    </Panel>
  )
}
