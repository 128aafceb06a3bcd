import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Attempt, AttemptId } from './attempt.ts'
import type { AttemptOutcome } from './attempt-outcome.ts'

export async function addAttempt(tx: Db, attempt: Attempt): Promise<void> {
  await tx
    .insertInto('sign_in_attempts')
    .values({
      organization_id: attempt.organization,
      id: attempt.id,
      purpose: attempt.purpose,
      secret_hash: attempt.secretHash,
      provider_hash: attempt.providerHash,
      return_to: attempt.returnTo ?? null,
      started_by: attempt.startedBy ?? null,
      step_up_id: attempt.stepUpId ?? null,
      session_id: attempt.sessionId ?? null,
      created_at: attempt.createdAt,
      expires_at: attempt.expiresAt,
      used_at: null,
      outcome: null,
    })
    .execute()
}

/** An attempt by its id. Whoever comes back says only which attempt it is; that names the organization. */
export async function findAttempt(db: Db, id: string): Promise<Attempt | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('sign_in_attempts')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    organization: row.organization_id,
    id: row.id as AttemptId, // written by addAttempt only, and so is the outcome by endAttempt
    purpose: row.purpose,
    secretHash: row.secret_hash,
    providerHash: row.provider_hash,
    returnTo: row.return_to ?? undefined,
    startedBy: row.started_by ?? undefined,
    stepUpId: row.step_up_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at ?? undefined,
    outcome: (row.outcome as AttemptOutcome | null) ?? undefined,
  }
}

/** Marks an attempt as used. @returns whether it was ours to use: of two at once, one learns that it is not. */
export async function useAttempt(
  db: Db,
  { organization, id }: Pick<Attempt, 'organization' | 'id'>,
  now: Date,
): Promise<boolean> {
  const row = await db
    .updateTable('sign_in_attempts')
    .set({ used_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return row.numUpdatedRows > 0n
}

export async function endAttempt(
  tx: Db,
  { organization, id }: { readonly organization: OrganizationId; readonly id: string },
  outcome: AttemptOutcome,
): Promise<void> {
  await tx
    .updateTable('sign_in_attempts')
    .set({ outcome: JSON.stringify(outcome) })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/**
 * Removes attempts that are over: those that somebody came back with when they can be looked at no more,
 * the others as soon as the page need not say that they took too long.
 *
 * @returns how many.
 */
export async function removeOldAttempts(
  db: Db,
  { usedBefore, unusedBefore }: { readonly usedBefore: Date; readonly unusedBefore: Date },
): Promise<number> {
  const gone = await acrossOrganizations<Schema>(db)
    .deleteFrom('sign_in_attempts')
    .where((where) =>
      where.or([
        where('expires_at', '<', usedBefore),
        where.and([where('used_at', 'is', null), where('expires_at', '<', unusedBefore)]),
      ]),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}
