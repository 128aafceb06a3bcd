import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { randomToken } from '../platform/ids.ts'
import type { Schema } from '../platform/schema.ts'
import type { Refusal } from './refusal.ts'

export type OwnTokenRow = Selectable<Schema['enrolment_tokens']>

const PREFIX = 'enrol_'

/** A token that an administrator or a sign-in makes. Only its hash is kept. */
export function makeOwnToken(): { readonly token: string; readonly hash: string } {
  const token = PREFIX + randomToken(32)
  return { token, hash: hashOf(token) }
}

/** What is kept in place of something that must not be. */
export const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

/** Why a token of ours does not enrol now. */
export function refuseOwnToken(row: OwnTokenRow, now: Date): Refusal | undefined {
  if (row.revoked_at) return 'ownTokenRevoked'
  if (row.expires_at <= now) return 'ownTokenExpired'
  return row.uses >= row.most_uses ? 'ownTokenUsedUp' : undefined
}
