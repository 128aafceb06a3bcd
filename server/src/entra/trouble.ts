import type { Language, Texts, Values } from '../platform/texts.ts'
import { EntraError } from './entra-error.ts'
import { GraphError, LoopingLink, ThrottledTooLong, UntrustedLink } from './graph/graph-error.ts'
import { NetworkError } from './network-error.ts'

/** A fault between us and Microsoft, as codes and values; kept in records, put into words when read. */
export type EntraTrouble = {
  /** `AADSTS7000215`, `dnsFailed`, `Authorization_RequestDenied` … */
  readonly code: string
  readonly values: Readonly<Record<string, string | number>>
  /** Microsoft's id of the failed request, for its support. */
  readonly microsoftTraceId?: string
}

/** Names what an error of this folder means; `undefined` for an error that is none of Microsoft's. */
export function toTrouble(error: unknown): EntraTrouble | undefined {
  if (error instanceof EntraError) {
    const { code, oauthError, traceId } = error
    return { code, values: { code, oauthError }, ...(traceId ? { microsoftTraceId: traceId } : {}) }
  }
  if (error instanceof GraphError) {
    const { status, code, requestId } = error
    return { code, values: { status, code }, ...(requestId ? { microsoftTraceId: requestId } : {}) }
  }
  if (error instanceof NetworkError) {
    const { code, host, found, status } = error
    return { code, values: { host, found, status: status ?? '' } }
  }
  if (error instanceof UntrustedLink) return { code: error.code, values: { origin: error.origin } }
  if (error instanceof ThrottledTooLong) {
    return { code: error.code, values: { minutes: Math.ceil(error.waitMs / 60_000) } }
  }
  if (error instanceof LoopingLink) return { code: error.code, values: {} }
  return undefined
}

/** Title, detail and remedy of a fault, in the reader's language. */
export function describeTrouble(texts: Texts, language: Language, code: string, values: Values) {
  const key = textKey(texts, code)
  return {
    title: texts.say(language, `trouble.${key}.title`, values),
    detail: texts.say(language, `trouble.${key}.detail`, values),
    remedy: texts.say(language, `trouble.${key}.remedy`, values),
  }
}

/** A code that nobody has written words for yet still gets a sentence, with the code in it. */
function textKey(texts: Texts, code: string): string {
  if (texts.has(`trouble.${code}.detail`)) return code
  return code.startsWith('AADSTS') ? 'AADSTS' : 'graphOther'
}
