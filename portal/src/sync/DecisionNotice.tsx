import type { SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { wasStopped } from './run-tone.ts'

const TONES = { approved: 'ok', cancelled: 'off', stopped: 'off', superseded: 'info' } as const

/** Who decided about a run that was held, when, and why. */
export function DecisionNotice({ org, run }: { org: string; run: SyncRun }) {
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
      {kind === 'superseded' && (
        <>
          <p>{t('decision.supersededText')}</p>
          <NewerRun org={org} by={by} />
        </>
      )}
      {reason && <p>{t('decision.reason', { reason })}</p>}
    </Notice>
  )
}

/** The way to the run that replaced this one; where that was replaced in turn, to the one that waits now. */
function NewerRun({ org, by }: { org: string; by: string }) {
  const { t } = useTranslation('sync')
  const { data } = useQuery(ask('getDirectoryStanding', { params: { org } }))
  return (
    <PageLink href={paths.syncRun(org, data?.heldRun ?? by)}>
      {t('decision.supersededLink')}
    </PageLink>
  )
}
