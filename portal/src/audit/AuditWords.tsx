import type { AuditEvent } from '@mooring/contract/audit'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import type { Tone } from '../ui/tone.ts'

export const OUTCOME_TONES = {
  succeeded: 'ok',
  refused: 'attention',
  failed: 'wrong',
} satisfies Record<AuditEvent['outcome'], Tone>

/** Who did it: by name, or by what it was. */
export function Actor({ actor }: { actor: AuditEvent['actor'] }) {
  const { t } = useTranslation('audit')
  if (actor.kind === 'administrator' || actor.kind === 'user') return <>{actor.name}</>
  const kind = t(`actorKind.${actor.kind}`)
  return <>{actor.kind === 'token' ? `${actor.name} (${kind})` : kind}</>
}

/** What it was done to; a link where there is a page of it. */
export function AuditedObject({ org, object }: { org: string; object: AuditEvent['object'] }) {
  const { t, i18n } = useTranslation('audit')
  if (!object) return <span className="soft">–</span>
  const isKnown: boolean = i18n.exists(`objectKind.${object.kind}`, { ns: 'audit' })
  const kind = isKnown ? t(`objectKind.${object.kind}` as 'objectKind.guide') : object.kind
  if (object.kind === 'syncRun' && object.id) {
    return <PageLink href={paths.syncRun(org, object.id)}>{kind}</PageLink>
  }
  return <>{object.name ? `${object.name} (${kind})` : kind}</>
}
