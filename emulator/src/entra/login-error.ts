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
  parameterTwice: { code: 9000411, error: 'invalid_request', status: 400 },
  valueInvalid: { code: 90023, error: 'invalid_request', status: 400 },
  requestMalformed: { code: 9002313, error: 'invalid_request', status: 400 },
  responseTypeUnsupported: { code: 70005, error: 'unsupported_response_type', status: 400 },
  responseModeUnsupported: { code: 70007, error: 'unsupported_response_type', status: 400 },
  idTokensOff: { code: 700054, error: 'unsupported_response_type', status: 400 },
  tokensOfAnotherPage: { code: 165000, error: 'invalid_request', status: 400 },
  userUnknown: { code: 50034, error: 'invalid_grant', status: 400 },
  userElsewhere: { code: 50020, error: 'invalid_grant', status: 400 },
  accountDisabled: { code: 50057, error: 'invalid_grant', status: 400 },
  accountLocked: { code: 50053, error: 'invalid_grant', status: 400 },
  passwordExpired: { code: 50055, error: 'invalid_grant', status: 400 },
  notAssigned: { code: 50105, error: 'invalid_grant', status: 400 },
  accessBlocked: {
    code: 53003,
    error: 'interaction_required',
    status: 400,
    suberror: 'message_only',
  },
  deviceNotCompliant: {
    code: 53000,
    error: 'interaction_required',
    status: 400,
    suberror: 'message_only',
  },
  mfaNeeded: { code: 50076, error: 'interaction_required', status: 400, suberror: 'basic_action' },
  mfaDenied: { code: 500121, error: 'interaction_required', status: 400 },
  noSession: { code: 50058, error: 'login_required', status: 400 },
  severalSessions: { code: 16000, error: 'login_required', status: 400 },
  consentMissing: {
    code: 65001,
    error: 'interaction_required',
    status: 400,
    suberror: 'consent_required',
  },
  consentDeclined: { code: 65004, error: 'access_denied', status: 400 },
  adminConsentNeeded: { code: 90094, error: 'access_denied', status: 400 },
  codeUsed: { code: 54005, error: 'invalid_grant', status: 400 },
  codeExpired: { code: 70008, error: 'invalid_grant', status: 400 },
  codeOfAnotherTenant: { code: 700005, error: 'invalid_grant', status: 400 },
  grantInvalid: { code: 70000, error: 'invalid_grant', status: 400 },
  verifierWrong: { code: 501481, error: 'invalid_grant', status: 400 },
  devicePending: { code: 70016, error: 'authorization_pending', status: 400 },
  deviceDeclined: { code: 70017, error: 'authorization_declined', status: 400 },
  deviceCodeBad: { code: 70018, error: 'bad_verification_code', status: 400 },
  deviceCodeExpired: { code: 70019, error: 'expired_token', status: 400 },
  replyMismatch: { code: 500112, error: 'invalid_client', status: 400 },
  grantRevoked: { code: 50173, error: 'invalid_grant', status: 400, suberror: 'bad_token' },
  refreshIdle: { code: 700082, error: 'invalid_grant', status: 400, suberror: 'bad_token' },
  sessionTooOld: { code: 70044, error: 'interaction_required', status: 400 },
  signInTooOld: { code: 70043, error: 'invalid_grant', status: 400, suberror: 'bad_token' },
} as const satisfies Readonly<Record<string, Refused>>

type Refused = {
  readonly code: number
  readonly error: string
  readonly status: number
  readonly suberror?: string
}

export type LoginRefusal = {
  readonly why: keyof typeof refusals
  readonly text: string
  /** A claims challenge, to be sent to the authorization endpoint as it is. */
  readonly claims?: string
}

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
  const { code, error, status, suberror }: Refused = refusals[refusal.why]
  const body: JsonObject = {
    error,
    ...toErrorDetails(code, refusal.text, context),
    ...(suberror === undefined ? {} : { suberror }),
    ...(refusal.claims === undefined ? {} : { claims: refusal.claims }),
  }
  return json(status, body, { 'cache-control': 'no-store', pragma: 'no-cache' })
}

/** The number and text of a refusal, for the pages that show it. */
export function describeRefusal(refusal: LoginRefusal): string {
  return `AADSTS${refusals[refusal.why].code}: ${refusal.text}`
}

export function codeOf(refusal: LoginRefusal): number {
  return refusals[refusal.why].code
}

/** The same refusal as an app gets it back through the browser. */
export function toErrorFields(
  refusal: LoginRefusal,
  context: LoginErrorContext,
): Record<string, string> {
  const { code, error } = refusals[refusal.why]
  const { error_description, error_uri } = toErrorDetails(code, refusal.text, context)
  return { error, error_description, error_uri }
}

type ErrorDetails = {
  readonly error_description: string
  readonly error_codes: readonly number[]
  readonly timestamp: string
  readonly trace_id: string
  readonly correlation_id: string
  readonly error_uri: string
}

/** The members that all login errors share. */
export function toErrorDetails(
  code: number,
  text: string,
  context: LoginErrorContext,
): ErrorDetails {
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
