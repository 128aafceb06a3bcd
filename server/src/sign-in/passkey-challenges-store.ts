import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { hashToken } from './token.ts'

/** What a challenge was made for; an answer to it serves nothing else. */
export type ChallengePlace = {
  readonly organization: OrganizationId
  readonly purpose: 'registration' | 'signIn' | 'stepUp'
  /** The session or the step-up; empty at sign-in. */
  readonly boundTo: string
}

export async function addChallenge(
  db: Db,
  { organization, purpose, boundTo }: ChallengePlace,
  { challenge, expiresAt }: { challenge: string; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('passkey_challenges')
    .values({
      organization_id: organization,
      challenge_hash: hashToken(challenge),
      purpose,
      bound_to: boundTo,
      expires_at: expiresAt,
    })
    .execute()
}

/** Uses a challenge up. @returns whether it was ours, made for this, and in time. */
export async function takeChallenge(
  db: Db,
  { organization, purpose, boundTo }: ChallengePlace,
  { challenge, now }: { challenge: string; now: Date },
): Promise<boolean> {
  const row = await db
    .deleteFrom('passkey_challenges')
    .where('organization_id', '=', organization)
    .where('challenge_hash', '=', hashToken(challenge))
    .where('purpose', '=', purpose)
    .where('bound_to', '=', boundTo)
    .where('expires_at', '>', now)
    .returning('challenge_hash')
    .executeTakeFirst()
  return row !== undefined
}
