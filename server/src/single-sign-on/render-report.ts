import type { Role } from '@mooring/contract/permissions'
import type { ProviderReport, SignInAttempt, SignInTest } from '@mooring/contract/single-sign-on'
import { TOKEN_CHECKS } from '../entra/openid/judge-id-token.ts'
import { describeTrouble } from '../entra/trouble.ts'
import type { Language, Texts, Values } from '../platform/texts.ts'
import {
  type AttemptOutcome,
  REFUSALS,
  RETURN_CHECKS,
  type Refusal,
  type TestFindings,
} from './attempt-outcome.ts'
import type { FoundReport, ProviderFinding } from './check-provider.ts'

type Item = ProviderReport['checks'][number]

/** Puts what a check of the provider found into words. */
export function renderReport(
  texts: Texts,
  language: Language,
  report: FoundReport,
): ProviderReport {
  const checks = report.findings.map((finding) => renderFinding(texts, language, finding))
  const worst = (['failed', 'warning'] as const).find((state) =>
    // The redirect URI can be seen in a test only: that is advice, and no fault.
    report.findings.some((found) => found.state === state && found.code !== 'seenInTest'),
  )
  return { state: worst ?? 'ok', checkedAt: report.checkedAt.toISOString(), checks }
}

function renderFinding(texts: Texts, language: Language, finding: ProviderFinding): Item {
  const { id, state, code, values = {}, microsoftTraceId } = finding
  const say = (key: string) => texts.say(language, key, values)
  const title = say(`singleSignOn.check.${id}.title`)
  if (!code) return { id, state, title, detail: say(`singleSignOn.check.${id}.${state}`) }
  const key = `singleSignOn.check.${code}`
  const trace = microsoftTraceId ? { microsoftTraceId } : {}
  if (texts.has(`${key}.detail`)) {
    return { id, state, title, code, detail: say(`${key}.detail`), remedy: say(`${key}.remedy`) }
  }
  const { detail, remedy } = describeTrouble(texts, language, code, values)
  return { id, state, title, code, detail, remedy, ...trace }
}

/** Puts a refusal into words: what happened, and what to do. */
export function renderRefusal(
  texts: Texts,
  language: Language,
  { refusal, at }: { readonly refusal: Refusal; readonly at: string },
): NonNullable<SignInAttempt['trouble']> {
  const { code, values = {}, microsoftCode, microsoftTraceId, correlationId } = refusal
  const say = (part: string) =>
    texts.say(language, `singleSignOn.refusal.${code}.${part}`, withDefaults(values))
  return {
    code,
    title: say('title'),
    detail: say('detail'),
    remedy: say('remedy'),
    at,
    ...(microsoftCode ? { microsoftCode } : {}),
    ...(microsoftTraceId ? { microsoftTraceId } : {}),
    ...(correlationId ? { correlationId } : {}),
    ...REFUSALS[code],
  }
}

const withDefaults = (values: Values): Values => ({ error: '', reason: '', host: '', ...values })

const ALL_CHECKS = ['returned', 'redeemed', ...TOKEN_CHECKS, 'account'] as const

/** Puts what a sign-in test found into words: every check, those after a failed one as skipped. */
export function renderTest(
  texts: Texts,
  language: Language,
  given: {
    readonly attempt: SignInAttempt
    readonly outcome: AttemptOutcome | undefined
    readonly roles: readonly Role[]
  },
): SignInTest {
  const { attempt, outcome, roles } = given
  const test = outcome?.test
  const account = test?.account ? { ...test.account, roles: [...roles] } : null
  return {
    attempt,
    checks: outcome
      ? [
          ...renderChecks(texts, language, { attempt, test }),
          ...renderAdvice(texts, language, test),
        ]
      : [],
    claims: test?.claims ?? null,
    account,
  }
}

function renderChecks(
  texts: Texts,
  language: Language,
  { attempt, test }: { attempt: SignInAttempt; test: TestFindings | undefined },
): Item[] {
  const ids: readonly string[] = ALL_CHECKS
  const failed = test ? test.failedCheck : RETURN_CHECKS[0]
  // The library's own objection comes after all of ours.
  const at = failed === undefined ? ALL_CHECKS.length : ids.indexOf(failed)
  const last = at < 0 ? ALL_CHECKS.length - 1 : at
  return ALL_CHECKS.map((id, index): Item => {
    const state = index < last ? 'passed' : index === last ? 'failed' : 'skipped'
    const title = texts.say(language, `singleSignOn.test.${id}`)
    const { trouble } = attempt
    if (state !== 'failed' || !trouble) {
      return { id, state, title, detail: texts.say(language, `singleSignOn.test.${state}`) }
    }
    const { code, detail, remedy, microsoftCode, microsoftTraceId } = trouble
    const trace = microsoftTraceId ? { microsoftTraceId } : {}
    return { id, state, title, detail, remedy, code: microsoftCode ?? code, ...trace }
  })
}

/** What hinders nobody from signing in, and yet should be mended. */
function renderAdvice(texts: Texts, language: Language, test: TestFindings | undefined): Item[] {
  if (!test?.lacksAuthTime) return []
  const say = (part: string) => texts.say(language, `singleSignOn.test.authTime${part}`)
  const words = { title: say(''), detail: say('.detail'), remedy: say('.remedy') }
  return [{ id: 'authTime', state: 'warning', ...words }]
}
