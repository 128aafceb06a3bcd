import type {
  EnrolmentAttempt,
  EnrolmentStep,
  EnrolmentStepName,
} from '@mooring/contract/enrolment'

/** `unseen`: a later step came, so the device went past it, but it left no trace here. */
export type StepState = 'done' | 'refused' | 'now' | 'later' | 'unseen'
export type StepView = {
  readonly step: EnrolmentStepName
  readonly state: StepState
  readonly entry?: EnrolmentStep
}

/**
 * The steps of an attempt in the order in which a device takes them: those behind it, the one it is at,
 * and those to come. Where a device began anew, what it had reached before no longer counts.
 */
export function stepLine(attempt: EnrolmentAttempt): readonly StepView[] {
  const way = wayOf(attempt)
  const entries = latestEntries(way, attempt.steps)
  const last = way.findLastIndex((step) => entries.has(step))
  const isOver = attempt.outcome !== 'underWay'
  return way.map((step, index): StepView => {
    const entry = entries.get(step)
    if (entry) return { step, state: entry.outcome === 'refused' ? 'refused' : 'done', entry }
    if (index < last) return { step, state: 'unseen' }
    return { step, state: index === last + 1 && !isOver ? 'now' : 'later' }
  })
}

/** Which steps lead in: it depends on how the device came. */
function wayOf({ steps }: EnrolmentAttempt): readonly EnrolmentStepName[] {
  const has = (name: EnrolmentStepName) => steps.some(({ step }) => step === name)
  if (has('renewal')) return ['renewal']
  if (has('signIn')) return ['discovery', 'signIn', 'policies', 'enrolment']
  const skippedTerms = !has('terms') && steps.length > 0
  return [...(skippedTerms ? [] : (['terms'] as const)), 'discovery', 'policies', 'enrolment']
}

function latestEntries(way: readonly EnrolmentStepName[], steps: readonly EnrolmentStep[]) {
  const found = new Map<EnrolmentStepName, EnrolmentStep>()
  for (const entry of steps.filter(({ step }) => way.includes(step))) {
    for (const after of way.slice(way.indexOf(entry.step))) found.delete(after)
    found.set(entry.step, entry)
  }
  return found
}

/** Windows waits for an answer for some minutes at most; a person may read the terms for a while. */
const PATIENCE_MS = 15 * 60_000

/** `stalled`: under way, but nothing has come for so long that nothing may come any more. */
export type Standing = EnrolmentAttempt['outcome'] | 'stalled'

export function standingOf(attempt: EnrolmentAttempt, nowMs: number): Standing {
  const isQuiet = nowMs - Date.parse(attempt.updatedAt) > PATIENCE_MS
  return attempt.outcome === 'underWay' && isQuiet ? 'stalled' : attempt.outcome
}
