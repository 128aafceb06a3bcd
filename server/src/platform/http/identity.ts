import type { Caller } from './call.ts'

/** What a request shows to prove who sent it. A bearer token wins over a cookie. */
export type Credential =
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'session'; readonly value: string }

/** Whom a credential belongs to. */
export type Identity =
  | { readonly kind: 'token'; readonly caller: Caller }
  /** `csrfToken` must come back as `x-csrf-token` with everything that changes something. */
  | {
      readonly kind: 'session'
      readonly caller: Caller
      readonly sessionId: string
      readonly csrfToken: string
    }

/**
 * Finds the owner of a credential. `undefined`: unknown, expired or revoked; nobody learns which.
 *
 * @throws {ApiError} 429 for an address that has shown too many bad tokens.
 */
export type Identify = (
  credential: Credential,
  clientAddress: string,
) => Promise<Identity | undefined>

/**
 * The name of the session cookie. `__Host-` binds it to this very host and to https; browsers refuse
 * the prefix on plain http, which is allowed on loopback only.
 */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-mooring' : 'mooring'
}

/** How the session cookie is set: for this host alone, unseen by scripts, and never from another site. */
export function sessionCookieAttributes(publicUrl: URL) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl.protocol === 'https:',
  } as const
}

const BEARER = /^Bearer +(\S+)$/i

/** Reads the credential of a request. An `Authorization` header of another kind counts as a bad token. */
export function readCredential(
  authorization: string | undefined,
  cookie: string | undefined,
): Credential | undefined {
  if (authorization !== undefined) {
    return { kind: 'token', value: BEARER.exec(authorization)?.[1] ?? '' }
  }
  return cookie ? { kind: 'session', value: cookie } : undefined
}
