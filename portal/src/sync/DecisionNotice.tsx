import type { SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Notice } from '../ui/Notice.tsx'
import { wasStopped } from './run-tone.ts'

const TONES = { approved: 'ok', cancelled: 'off', stopped: 'off', superseded: 'info' } as const

/** Who decided about a run that was held, when, and why. */
export function DecisionNotice({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { dateTime } = useFormats()
  const { decision } = run
  if (!decision) return null
  const { by, at, reason } = decision
  // Any run under way can be stopped; only a held one is given up.
  const kind = decision.kind === 'cancelled' && !wasStopped(run) ? 'stopped' : decision.kind
  return (
    <Notice tone={TONES[kind]} title={t(`decision.${kind}`, { who: by })}>
      <p>{t('decision.at', { time: dateTime(at) })}</p>
      {kind === 'superseded' && <p>{t('decision.supersededText')}</p>}
      {reason && <p>{t('decision.reason', { reason })}</p>}
    </Notice>
  )
}
