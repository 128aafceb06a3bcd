import type { GuideStep, StepId, Track } from '@mooring/contract/set-up'
import type { Language, Texts } from '../platform/texts.ts'
import { consentUrl } from './consent-url.ts'
import { documentationLink } from './documentation-links.ts'
import { entraLink } from './entra-links.ts'
import type { GuideParts } from './guide-parts.ts'
import { permissionLines } from './permission-lines.ts'
import { sayAll } from './say-all.ts'
import { judgeStep, type Verdict } from './steps.ts'
import { valuesToCopy } from './values-to-copy.ts'

type StepParts = GuideParts & { readonly track: Track }

/** One step: how it stands, why, and what to do. */
export function renderStep(
  texts: Texts,
  language: Language,
  id: StepId,
  parts: StepParts,
): GuideStep {
  const { guide, report, findings, publicUrl, track } = parts
  const verdict = judgeStep(id, { ...parts, draft: guide?.draft ?? {} })
  const ids = knownIds(parts)
  const entraUrl = entraLink(id, { cloud: parts.cloud, ...ids })
  const documentationUrl = documentationLink(id)
  const marked = guide?.marked[id]
  const role = `guide.step.${id}.role`
  return {
    id,
    title: texts.say(language, `guide.step.${id}.title`),
    state: verdict.state,
    ...renderReason(texts, language, verdict, parts),
    ...(verdict.isChecked && report ? { checkedAt: report.checkedAt } : {}),
    ...(marked ? { marked } : {}),
    instructions: instructions(texts, language, id, parts),
    ...(entraUrl ? { entraUrl } : {}),
    ...(documentationUrl ? { documentationUrl } : {}),
    valuesToCopy: valuesToCopy(id, track, publicUrl).map((copy) => ({
      ...copy,
      label: texts.say(language, `guide.value.${copy.id}`),
    })),
    ...(texts.has(role) ? { leastRole: texts.say(language, role) } : {}),
    ...(id === 'permissions' || id === 'consent'
      ? { permissions: permissionLines(texts, language, findings) }
      : {}),
    ...(id === 'consent' && ids.tenantId && ids.clientId
      ? { consentUrl: consentUrl({ ...parts, tenantId: ids.tenantId, clientId: ids.clientId }) }
      : {}),
  }
}

/** Those saved, or else those filled in so far. */
function knownIds({ connection, guide }: GuideParts) {
  return {
    tenantId: connection?.tenantId ?? guide?.draft.tenantId,
    clientId: connection?.clientId ?? guide?.draft.clientId,
  }
}

type Reason = Pick<GuideStep, 'reason' | 'remedy' | 'code' | 'microsoftTraceId'>

function renderReason(
  texts: Texts,
  language: Language,
  { words }: Verdict,
  { report }: GuideParts,
): Reason {
  if (words.kind === 'check') {
    const check = report?.checks.find(({ id }) => id === words.id)
    if (!check) throw new Error(`The report has no check "${words.id}", but its findings do`)
    const { detail: reason, remedy, code, microsoftTraceId } = check
    return {
      reason,
      ...(remedy ? { remedy } : {}),
      ...(code ? { code } : {}),
      ...(microsoftTraceId ? { microsoftTraceId } : {}),
    }
  }
  const { reason, values, code } = words
  const remedy = `guide.reason.${reason}.remedy`
  return {
    reason: texts.say(language, `guide.reason.${reason}.detail`, values),
    ...(texts.has(remedy) ? { remedy: texts.say(language, remedy, values) } : {}),
    ...(code ? { code } : {}),
  }
}

/** A track may have clicks of its own for a step that both have. */
function instructions(
  texts: Texts,
  language: Language,
  id: StepId,
  { track, cloud, publicUrl }: StepParts,
): string[] {
  const values = {
    url: publicUrl.origin,
    host: publicUrl.hostname,
    authorityHost: new URL(cloud.authorityUrl).host,
    graphHost: new URL(cloud.graphUrl).host,
  }
  const own = sayAll(texts, language, `guide.step.${id}.${track}.click`, values)
  return own.length > 0 ? own : sayAll(texts, language, `guide.step.${id}.click`, values)
}
