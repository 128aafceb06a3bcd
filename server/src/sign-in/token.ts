import { createHash } from 'node:crypto'
import { randomToken } from '../platform/ids.ts'

/** Of a session, a one-time link or an API token only this is kept: a dump of it opens nothing. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

const TOKEN_BYTES = 32

export const newSessionToken = () => randomToken(TOKEN_BYTES)
export const newCsrfToken = () => randomToken(TOKEN_BYTES)
export const newBrowserToken = () => randomToken(TOKEN_BYTES)
export const newLinkToken = () => randomToken(TOKEN_BYTES)
/** `mor_` lets secret scanners find a token that was committed by mistake. */
export const newApiToken = () => `mor_${randomToken(TOKEN_BYTES)}`
