import type { OutsideTest } from '@mooring/contract/enrolment-doctor'
import type { Language, Texts } from '../platform/texts.ts'

/**
 * What one look from outside found, as codes and values: texts `outside.<id>.title`,
 * `outsideFinding.<code>.detail` and `.remedy`.
 */
export type OutsideFinding = {
  /** `domain:<name>` for one of several. */
  readonly id: string
  readonly state: 'passed' | 'warning' | 'failed' | 'skipped'
  readonly code: string
  readonly values?: Readonly<Record<string, string | number>>
}

/** What a test found, and when. */
export type StoredOutsideTest = {
  readonly testedAt: Date
  readonly testedBy: string
  readonly findings: readonly OutsideFinding[]
}

/** Puts a test into words, in the reader's language. */
export function renderOutsideTest(
  texts: Texts,
  language: Language,
  { testedAt, testedBy, findings }: StoredOutsideTest,
): OutsideTest {
  return {
    state: overallState(findings),
    testedAt: testedAt.toISOString(),
    testedBy,
    checks: findings.map(({ id, state, code, values = {} }) => {
      const remedy = `outsideFinding.${code}.remedy`
      return {
        id,
        state,
        code,
        title: texts.say(language, `outside.${id.split(':')[0]}.title`, values),
        detail: texts.say(language, `outsideFinding.${code}.detail`, values),
        ...(texts.has(remedy) ? { remedy: texts.say(language, remedy, values) } : {}),
      }
    }),
  }
}

function overallState(findings: readonly OutsideFinding[]): OutsideTest['state'] {
  if (findings.some(({ state }) => state === 'failed')) return 'failed'
  return findings.some(({ state }) => state === 'warning') ? 'warning' : 'ok'
}
