import type { Check, CheckReport } from '@mooring/contract/connection'
import { describeTrouble } from '../entra/trouble.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { type Finding, type Findings, overallState } from './finding.ts'

/** Puts findings into words, in the reader's language. */
export function renderFindings(texts: Texts, language: Language, found: Findings): CheckReport {
  return {
    state: overallState(found.findings),
    checkedAt: found.checkedAt.toISOString(),
    ...(found.tenantName ? { tenantName: found.tenantName } : {}),
    checks: found.findings.map((finding) => renderFinding(texts, language, finding)),
  }
}

function renderFinding(texts: Texts, language: Language, finding: Finding): Check {
  const { id, state, code, values = {}, microsoftTraceId } = finding
  return {
    id,
    state,
    title: texts.say(language, `check.${id}.title`),
    ...words(texts, language, code, values),
    code,
    ...(microsoftTraceId ? { microsoftTraceId } : {}),
  }
}

type Values = NonNullable<Finding['values']>

function words(texts: Texts, language: Language, code: string, values: Values) {
  if (!texts.has(`finding.${code}.detail`)) {
    const { detail, remedy } = describeTrouble(texts, language, code, values)
    return { detail, remedy }
  }
  const detail = texts.say(language, `finding.${code}.detail`, values)
  const remedyKey = `finding.${code}.remedy`
  return texts.has(remedyKey)
    ? { detail, remedy: texts.say(language, remedyKey, values) }
    : { detail }
}
