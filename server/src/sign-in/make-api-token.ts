import type { Role } from '@mooring/contract/permissions'
import type { CreatedApiToken } from '@mooring/contract/sign-in'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addApiToken, toContract } from './api-tokens-store.ts'
import { hashToken, newApiToken } from './token.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type NewToken = {
  readonly name: string
  readonly role: Role
  /** Absent: it does not expire. */
  readonly expiresInDays: number | undefined
  /** Who makes it, as records show it. */
  readonly createdBy: string
  /** `adm_…`, `usr_…`, or the `tok_…` of a token nobody made; absent: made at the command line. */
  readonly createdById?: string
}

/** Makes an API token. The answer is the only place that ever holds the token itself. */
export async function makeApiToken(
  db: Db,
  organization: OrganizationId,
  { given, now }: { given: NewToken; now: Date },
): Promise<CreatedApiToken> {
  const token = newApiToken()
  const row = {
    organization_id: organization,
    id: newId('tok'),
    name: given.name,
    role: given.role,
    token_hash: hashToken(token),
    hint: token.slice(-4),
    created_by: given.createdBy,
    created_by_id: given.createdById ?? null,
    created_at: now,
    expires_at: given.expiresInDays ? new Date(now.getTime() + given.expiresInDays * DAY_MS) : null,
    last_used_at: null,
    revoked_at: null,
  }
  await addApiToken(db, row)
  return { ...toContract(row), token }
}
