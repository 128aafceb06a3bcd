import { z } from 'zod'
import type { Cloud } from './clouds.ts'
import { EntraError } from './entra-error.ts'
import type { HttpAnswer, HttpRequest } from './http-client.ts'
import type { ClientId, TenantId } from './ids.ts'
import { NetworkError } from './network-error.ts'

/** What the server shows Entra to get a token. The certificate kind follows with its issue. */
export type ClientCredential = { readonly kind: 'secret'; readonly value: string }

/** Which application of which tenant asks, and with what proof. */
export type ClientIdentity = {
  readonly cloud: Cloud
  readonly tenantId: TenantId
  readonly clientId: ClientId
  readonly credential: ClientCredential
}

/** An app-only access token for Microsoft Graph. */
export type AccessToken = {
  readonly value: string
  readonly receivedAt: Date
  readonly expiresAt: Date
  /** The application permissions in force, from the token itself. */
  readonly roles: readonly string[]
  /** How far the other side's clock is ahead of ours; `undefined` when it sent no `Date`. */
  readonly clockAheadMs: number | undefined
}

/**
 * The request for an app-only token.
 *
 * @see Entra "OAuth 2.0 client credentials flow" › First case: shared secret
 */
export function tokenRequest(identity: ClientIdentity): HttpRequest {
  const { cloud, tenantId, clientId, credential } = identity
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: credential.value,
    scope: `${cloud.graphUrl}/.default`,
  })
  return {
    method: 'POST',
    url: `${cloud.authorityUrl}/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }
}

const Granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce
    .number()
    .positive()
    .max(7 * 24 * 3600),
})
const Refused = z.object({
  error: z.string(),
  error_description: z.string().optional(),
  error_codes: z.array(z.number()).optional(),
  trace_id: z.string().optional(),
  correlation_id: z.string().optional(),
})

/**
 * Judges the answer to `tokenRequest`.
 *
 * @throws {EntraError} when Entra refused.
 * @throws {NetworkError} `notJson` when the answer is not one of Entra's.
 */
export function readTokenAnswer(answer: HttpAnswer, host: string, now: Date): AccessToken {
  const granted = Granted.safeParse(answer.json)
  if (answer.status === 200 && granted.success) {
    const { access_token: value, expires_in: lifeSeconds } = granted.data
    return {
      value,
      receivedAt: now,
      expiresAt: new Date(now.getTime() + lifeSeconds * 1000),
      roles: readRoles(value),
      clockAheadMs: clockAhead(answer.headers['date'], now),
    }
  }
  throw readTokenRefusal(answer, host)
}

/** What an answer of the token endpoint that holds no token says. Other providers answer alike. */
export function readTokenRefusal(answer: HttpAnswer, host: string): EntraError | NetworkError {
  const refused = Refused.safeParse(answer.json)
  if (refused.success) return toEntraError(refused.data)
  const found = answer.headers['content-type'] ?? 'unexpected body'
  return new NetworkError('notJson', host, found, { status: answer.status })
}

function toEntraError(body: z.infer<typeof Refused>): EntraError {
  const number = body.error_codes?.[0] ?? /^AADSTS(\d+)/.exec(body.error_description ?? '')?.[1]
  return new EntraError(number === undefined ? 'AADSTS' : `AADSTS${number}`, body.error, {
    ...(body.trace_id ? { traceId: body.trace_id } : {}),
    ...(body.correlation_id ? { correlationId: body.correlation_id } : {}),
  })
}

const RolesClaim = z.object({ roles: z.array(z.string()).default([]) })

/**
 * The `roles` claim of a Graph token. Its signature is not looked at: the token is meant for Graph,
 * came over TLS, and nothing is allowed by it here.
 */
function readRoles(token: string): readonly string[] {
  const payload = token.split('.')[1]
  if (!payload) return []
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return RolesClaim.parse(claims).roles
  } catch {
    // An opaque token: permissions are then judged by what Graph answers.
    return []
  }
}

function clockAhead(date: string | undefined, now: Date): number | undefined {
  const theirs = Date.parse(date ?? '')
  return Number.isNaN(theirs) ? undefined : theirs - now.getTime()
}
