import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { SignInAttempt } from '@mooring/contract/single-sign-on'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { AttemptOutcome } from './attempt-outcome.ts'

export type AttemptId = `att_${string}`
export type Purpose = SignInAttempt['purpose']

/** A sign-in under way. What would complete it is only in the browser that began it. */
export type Attempt = {
  readonly organization: OrganizationId
  readonly id: AttemptId
  readonly purpose: Purpose
  readonly secretHash: string
  readonly providerHash: string
  readonly returnTo: string | undefined
  /** Who began a test or a step-up: `adm_…` or `usr_…`. */
  readonly startedBy: string | undefined
  readonly stepUpId: string | undefined
  /** Of a step-up: whose it is. Of a sign-in: the one the browser had, which ends when it succeeds. */
  readonly sessionId: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly usedAt: Date | undefined
  readonly outcome: AttemptOutcome | undefined
}

export const ATTEMPT_SECONDS = 10 * 60

/** What a sign-in shows the provider and expects back. */
export type AttemptSecrets = {
  readonly state: string
  readonly nonce: string
  /** PKCE's code verifier. */
  readonly verifier: string
}

/** Everything follows from one secret, so that the browser keeps only that, and we only its hash. */
export function deriveSecrets(id: AttemptId, secret: string): AttemptSecrets {
  const derive = (use: string) =>
    createHmac('sha256', secret).update(`${use}:${id}`).digest('base64url')
  return { state: `${id}.${derive('state')}`, nonce: derive('nonce'), verifier: derive('verifier') }
}

export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url')

/** Compares without telling by its duration how much was right. */
export function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const STATE = /^(att_[0-9a-z]{20})\.[\w-]{43}$/

/** The attempt that a state names; `undefined` when the state is none of ours. */
export function attemptOf(state: string): AttemptId | undefined {
  return STATE.exec(state)?.[1] as AttemptId | undefined // as the pattern has it
}

/**
 * The cookie that keeps the secret, one for each attempt, so that tabs do not get into each other's way.
 * Browsers refuse the prefix on plain http, which is allowed on loopback only.
 */
export function attemptCookieName(publicUrl: URL, id: AttemptId): string {
  return `${publicUrl.protocol === 'https:' ? '__Host-' : ''}mooring-sign-in-${id}`
}

/** Unlike the session's, it must come along when the provider sends the browser back: hence `lax`. */
export function attemptCookieAttributes(publicUrl: URL) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.protocol === 'https:',
  } as const
}

const LONGEST_RETURN = 2000

/**
 * Where a sign-in may lead: a path of this portal, and not its sign-in page. `//host` and `/\host` would
 * lead a browser elsewhere, and browsers take control characters out before they read an address.
 *
 * @returns the path as a header can hold it; `undefined` when it leads anywhere else.
 */
export function toReturnPath(path: string): string | undefined {
  // Dots and percent signs stay as they are: read anew, `/..//host` would become `//host`.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const plain = /[\u0000-\u0020\u007f]/.test(path)
    ? undefined
    : path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent)
  if (plain === undefined || plain.length > LONGEST_RETURN) return undefined
  if (!/^\/(?!\/)[^\\]*$/.test(plain) || /^\/(?:o\/[^/]+\/)?sign-in/.test(plain)) return undefined
  return plain
}
