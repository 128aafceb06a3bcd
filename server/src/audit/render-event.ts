import {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditEvent,
  type AuditVerification,
} from '@mooring/contract/audit'
import type { Language, Texts } from '../platform/texts.ts'
import type { StoredEvent } from './audit-event.ts'
import type { Verification } from './verify-chain.ts'

/** An event in the reader's language. An action of a later version keeps its own word. */
export function toAuditEvent(event: StoredEvent, language: Language): AuditEvent {
  return {
    ...event,
    at: event.at.toISOString(),
    title: isKnown(event.action) ? AUDIT_ACTIONS[event.action][language] : event.action,
    changes: [...event.changes],
    details: { ...event.details },
  }
}

const isKnown = (action: string): action is AuditAction => Object.hasOwn(AUDIT_ACTIONS, action)

/** The outcome of a verification, with one sentence that says it. */
export function toAuditVerification(
  texts: Texts,
  language: Language,
  { found, now }: { found: Verification; now: Date },
): AuditVerification {
  const { broken, checked, from, to, hash } = found
  const values = { checked, from, to, number: broken?.at ?? 0 }
  return {
    state: broken ? 'broken' : 'intact',
    checked,
    from,
    to,
    brokenAt: broken?.at ?? null,
    reason: broken?.reason ?? null,
    detail: texts.say(language, `audit.${broken?.reason ?? 'intact'}`, values),
    hash,
    verifiedAt: now.toISOString(),
  }
}
