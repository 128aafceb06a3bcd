import type { ComplianceRule, Finding, Verdict } from '@mooring/contract/compliance'
import { checkDevice } from './check-device.ts'
import { type Evidence, told } from './evidence.ts'

/** A verdict with its reasons. */
export type Judgement = {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** When passing time alone may change it, so that it has to be made again; absent: never. */
  readonly dueAt: Date | undefined
}

const DAY_MS = 24 * 3600_000
/** The worst that is found is what counts. */
const VERDICTS = { violated: 'nonCompliant', inGrace: 'inGrace', unknown: 'unknown' } as const

/**
 * Judges a device. Pure: the same evidence, rules, findings before and time make the same verdict.
 *
 * Whoever has broken a rule and then says nothing more still breaks it: silence mends nothing.
 *
 * @param before what was found last time, from which it is known since when something is so.
 * @param now in milliseconds
 */
export function judgeDevice(
  rules: readonly ComplianceRule[],
  evidence: Evidence,
  { before, now }: { readonly before: readonly Finding[]; readonly now: number },
): Judgement {
  const earlier = new Map(before.map((finding) => [finding.rule, finding]))
  const turns: number[] = []
  const findings = rules.map((rule): Finding => {
    const known = earlier.get(rule.id)
    const wasBroken = known?.state === 'inGrace' || known?.state === 'violated'
    const checked = checkDevice(rule.check, evidence, now)
    if (checked.turnsAt !== undefined) turns.push(checked.turnsAt)
    const isBroken = checked.answer === 'broken' || (checked.answer === 'unknown' && wasBroken)
    const seen = checked.nodes.map((node) => {
      const value = told(evidence, node)
      return value === undefined ? { node } : { node, value }
    })
    if (!isBroken) {
      const state = checked.answer === 'met' ? 'met' : 'unknown'
      const since = known?.state === state ? known.since : new Date(now).toISOString()
      return { rule: rule.id, state, since, evidence: seen }
    }
    const since = wasBroken ? known.since : new Date(now).toISOString()
    const until = new Date(since).getTime() + rule.graceDays * DAY_MS
    if (until <= now) return { rule: rule.id, state: 'violated', since, evidence: seen }
    turns.push(until)
    const counts = new Date(until).toISOString()
    return { rule: rule.id, state: 'inGrace', since, until: counts, evidence: seen }
  })
  const dueAt = turns.length > 0 ? new Date(Math.min(...turns)) : undefined
  return { verdict: verdictOf(findings), findings, dueAt }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.length === 0) return 'notEvaluated'
  const found = new Set(findings.map(({ state }) => state))
  for (const state of ['violated', 'inGrace', 'unknown'] as const) {
    if (found.has(state)) return VERDICTS[state]
  }
  return 'compliant'
}
