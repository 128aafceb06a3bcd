import type { EnrolmentAttempt, EnrolmentStep } from '@mooring/contract/enrolment'
import type { Language, Texts } from '../platform/texts.ts'
import type { AttemptRow, StoredStep } from './attempt.ts'

type Words = { readonly texts: Texts; readonly language: Language }

/** An attempt in the reader's language. */
export function toAttempt(row: AttemptRow, words: Words): EnrolmentAttempt {
  return {
    id: row.id,
    startedAt: row.started_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    clientRequestId: row.request_id,
    user:
      row.user_entra_id === null
        ? null
        : { entraId: row.user_entra_id, name: row.user_name ?? row.user_entra_id },
    entraDeviceId: row.entra_device_id,
    device: { id: row.device_id, name: row.device_name },
    outcome: row.outcome,
    reason: toReason(row.reason, words),
    errorCode: row.hresult,
    // Both written by addStep only.
    steps: (row.steps as StoredStep[]).map((step) => toStep(step, words)),
    facts: row.facts as EnrolmentAttempt['facts'],
  }
}

function toStep({ step, at, reason, traceId }: StoredStep, words: Words): EnrolmentStep {
  const outcome = reason === null ? 'succeeded' : 'refused'
  return { step, at, outcome, reason: toReason(reason, words), traceId }
}

function toReason(code: string | null, { texts, language }: Words) {
  if (code === null) return null
  const say = (part: string) => texts.say(language, `enrolment.${code}.${part}`)
  return { code, cause: say('cause'), remedy: say('remedy') }
}
