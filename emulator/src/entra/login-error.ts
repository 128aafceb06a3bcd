import type { Chance } from '../chance.ts'
import { type JsonObject, json, type Reply } from '../http/reply.ts'

/** What the login side refuses; the texts are Microsoft's, the table is where they live. */
const refusals = {
  tenantUnknown: { code: 90002, error: 'invalid_request', status: 400 },
  tenantInvalid: { code: 900023, error: 'invalid_request', status: 400 },
  sharedAuthority: { code: 50194, error: 'invalid_request', status: 400 },
  fieldMissing: { code: 900144, error: 'invalid_request', status: 400 },
  grantUnsupported: { code: 70003, error: 'unsupported_grant_type', status: 400 },
  appUnknown: { code: 700016, error: 'unauthorized_client', status: 400 },
  appDisabled: { code: 7000112, error: 'unauthorized_client', status: 400 },
  credentialMissing: { code: 7000218, error: 'invalid_client', status: 401 },
  publicClient: { code: 700025, error: 'invalid_client', status: 401 },
  secretWrong: { code: 7000215, error: 'invalid_client', status: 401 },
  secretExpired: { code: 7000222, error: 'invalid_client', status: 401 },
  assertionMalformed: { code: 50027, error: 'invalid_client', status: 401 },
  assertionUnsigned: { code: 700027, error: 'invalid_client', status: 401 },
  assertionAudience: { code: 700023, error: 'invalid_client', status: 401 },
  assertionTime: { code: 700024, error: 'invalid_client', status: 401 },
  scopeNotDefault: { code: 1002012, error: 'invalid_scope', status: 400 },
  scopeInvalid: { code: 70011, error: 'invalid_scope', status: 400 },
  resourceUnknown: { code: 500011, error: 'invalid_resource', status: 400 },
  redirectMismatch: { code: 50011, error: 'invalid_request', status: 400 },
} as const

export type LoginRefusal = { readonly why: keyof typeof refusals; readonly text: string }

export type LoginErrorContext = {
  readonly now: Date
  readonly chance: Chance
  readonly correlationId: string | undefined
  readonly origin: string
  /** Parts of error_description by CRLF (older answers) or by a blank (newer ones). */
  readonly separator: '\r\n' | ' '
}

/**
 * The error answer of the token endpoint.
 * @see Entra "Authentication and authorization error codes"
 */
export function toLoginError(refusal: LoginRefusal, context: LoginErrorContext): Reply {
  const { code, error, status } = refusals[refusal.why]
  const body: JsonObject = { error, ...toErrorDetails(code, refusal.text, context) }
  return json(status, body, { 'cache-control': 'no-store', pragma: 'no-cache' })
}

/** The number and text of a refusal, for the pages that show it. */
export function describeRefusal(refusal: LoginRefusal): string {
  return `AADSTS${refusals[refusal.why].code}: ${refusal.text}`
}

/** The members that all login errors share. */
export function toErrorDetails(code: number, text: string, context: LoginErrorContext): JsonObject {
  const timestamp = `${context.now.toISOString().slice(0, 19).replace('T', ' ')}Z`
  const traceId = context.chance.guid()
  const correlationId = context.correlationId ?? context.chance.guid()
  const parts = [
    `AADSTS${code}: ${text}`,
    `Trace ID: ${traceId}`,
    `Correlation ID: ${correlationId}`,
    `Timestamp: ${timestamp}`,
  ]
  return {
    error_description: parts.join(context.separator),
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${context.origin}/error?code=${code}`,
  }
}
