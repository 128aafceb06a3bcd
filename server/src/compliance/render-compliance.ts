import type { ComplianceRule, DeviceCompliance, DeviceVerdict } from '@mooring/contract/compliance'
import type { Language, Texts } from '../platform/texts.ts'
import type { StoredCompliance } from './settings-store.ts'
import { brokenOf, findingsOf, markOf, type VerdictRow, verdictOf } from './verdicts-store.ts'

type Speaking = { readonly texts: Texts; readonly language: Language }

/** A verdict as lists show it. */
export function toVerdict(row: VerdictRow & { readonly name: string }): DeviceVerdict {
  return {
    device: { id: row.device_id, name: row.name },
    verdict: verdictOf(row),
    since: row.since.toISOString(),
    broken: brokenOf(findingsOf(row)),
  }
}

/** A verdict with everything that it rests on. Findings of rules that are gone meanwhile are left out. */
export function toDeviceCompliance(
  row: VerdictRow,
  { rules, history }: Pick<StoredCompliance, 'rules'> & Pick<DeviceCompliance, 'history'>,
  { texts, language }: Speaking,
): DeviceCompliance {
  const known = new Map(rules.map((rule) => [rule.id, rule]))
  const problem = readProblem(row.problem)
  return {
    verdict: verdictOf(row),
    since: row.since.toISOString(),
    judgedAt: row.judged_at.toISOString(),
    findings: findingsOf(row).flatMap((finding) => {
      const rule = known.get(finding.rule)
      if (!rule) return []
      const isBroken = finding.state === 'violated' || finding.state === 'inGrace'
      const words = (part: 'title' | 'remedy') => sayCheck(rule, part, { texts, language })
      return [
        {
          ...finding,
          check: rule.check,
          severity: rule.severity,
          title: words('title'),
          ...(isBroken ? { remedy: words('remedy') } : {}),
        },
      ]
    }),
    entra: {
      wanted: markOf(row.wanted),
      told: markOf(row.told),
      toldAt: row.told_at?.toISOString() ?? null,
      confirmedAt: row.confirmed_at?.toISOString() ?? null,
      nextAt: row.tell_at?.toISOString() ?? null,
      overwritten: row.overwritten,
      problem: problem
        ? {
            code: problem,
            title: texts.say(language, `compliance.trouble.${problem}.title`),
            remedy: texts.say(language, `compliance.trouble.${problem}.remedy`),
          }
        : null,
    },
    history,
  }
}

function readProblem(problem: unknown): string | undefined {
  return (problem as { code?: string } | null)?.code // written by saveTold only
}

/** What a check asks, or what its person can do about it. */
function sayCheck(
  { check }: ComplianceRule,
  part: 'title' | 'remedy',
  { texts, language }: Speaking,
): string {
  switch (check.kind) {
    case 'application': {
      const key = check.mustBe === 'present' ? 'applicationPresent' : 'applicationAbsent'
      return texts.say(language, `compliance.check.${key}.${part}`, { name: check.name })
    }
    case 'build':
      return texts.say(language, `compliance.check.build.${part}`, {
        builds: check.atLeast.join(', '),
      })
    case 'password':
      return texts.say(language, `compliance.check.password.${part}`, { length: check.length })
    case 'signatures':
    case 'updates':
    case 'seen':
      return texts.say(language, `compliance.check.${check.kind}.${part}`, { days: check.days })
    default:
      return texts.say(language, `compliance.check.${check.kind}.${part}`)
  }
}
