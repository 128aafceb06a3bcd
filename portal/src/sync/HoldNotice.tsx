import type { Hold, SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { Notice } from '../ui/Notice.tsx'
import classes from './HoldNotice.module.css'

/** Why the removal brake holds a run, with its numbers; of a dry run, why it would. */
export function HoldNotice({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  if (run.holds.length === 0) return null
  return (
    <Notice tone="attention" title={t(run.dryRun ? 'hold.wouldTitle' : 'hold.title')}>
      {run.dryRun && <p style={{ marginBottom: 8 }}>{t('hold.wouldText')}</p>}
      <ul className={classes['holds']}>
        {run.holds.map((hold) => (
          <HoldReason key={`${hold.code} ${hold.detail}`} hold={hold} />
        ))}
      </ul>
    </Notice>
  )
}

function HoldReason({ hold }: { hold: Hold }) {
  return (
    <li>
      <div className={classes['title']}>{hold.title}</div>
      <div>{hold.detail}</div>
    </li>
  )
}
