import type { SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Bar, type BarPart } from '../ui/Bar.tsx'
import classes from './ChangesBar.module.css'
import { changesOf } from './run-numbers.ts'
import { wasStopped } from './run-tone.ts'

const TONES = { created: 'ok', changed: 'info', removed: 'wrong', failed: 'attention' } as const
const KINDS = ['created', 'changed', 'removed', 'failed'] as const

/** What a run created, changed and removed: a thin bar and the numbers in words. */
export function ChangesBar({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  const [hold] = run.holds
  // What it did before it was stopped is little beside what it would have done.
  if (hold && wasStopped(run)) return <span className={classes['words']}>{hold.detail}</span>
  const changes = changesOf(run)
  const kinds = KINDS.filter((kind) => changes[kind] > 0)
  if (kinds.length === 0) return <span className="soft">{t('changes.none')}</span>
  const words = kinds
    .map((kind) => t(`changes.${kind}`, { count: changes[kind], number: number(changes[kind]) }))
    .join(', ')
  const parts = kinds.map((kind): BarPart => ({ tone: TONES[kind], value: changes[kind] }))
  return (
    <div className={classes['changes']}>
      <div className={classes['words']}>
        {run.dryRun ? t('changes.would', { changes: words }) : words}
      </div>
      <div className={classes['bar']} aria-hidden>
        <Bar parts={parts} label={words} />
      </div>
    </div>
  )
}
