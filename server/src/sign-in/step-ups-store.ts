import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { ShownStepUp } from '../platform/http/step-up-act.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { StepUp, StepUpId, StepUpWay } from './step-up.ts'

/** Which step-up of which session; never one without the other. */
export type StepUpKey = {
  readonly organization: OrganizationId
  readonly session: string
  readonly stepUp: string
}

export async function addStepUp(tx: Db, stepUp: StepUp): Promise<void> {
  await tx
    .insertInto('step_ups')
    .values({
      organization_id: stepUp.organization,
      id: stepUp.id,
      session_id: stepUp.session,
      act_hash: stepUp.actHash,
      act: stepUp.act,
      created_at: stepUp.createdAt,
      expires_at: stepUp.expiresAt,
    })
    .execute()
}

/** Step-ups of a session that can no longer be used, so that they do not pile up. */
export async function removeOverStepUps(
  tx: Db,
  { organization, session }: Pick<StepUpKey, 'organization' | 'session'>,
  now: Date,
): Promise<void> {
  await tx
    .deleteFrom('step_ups')
    .where('organization_id', '=', organization)
    .where('session_id', '=', session)
    .where((where) => where.or([where('expires_at', '<=', now), where('used_at', 'is not', null)]))
    .execute()
}

export async function findStepUp(
  db: Db,
  { organization, session, stepUp }: StepUpKey,
): Promise<StepUp | undefined> {
  const row = await db
    .selectFrom('step_ups')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', stepUp)
    .where('session_id', '=', session)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** @returns whether it was open until now. */
export async function saveProof(
  tx: Db,
  { organization, session, stepUp }: StepUpKey,
  { by, now }: { by: StepUpWay; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('step_ups')
    .set({ proven_at: now, proven_by: by })
    .where('organization_id', '=', organization)
    .where('id', '=', stepUp)
    .where('session_id', '=', session)
    .where('proven_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Uses a proof up, in one statement: of two calls at once, in whatever process, one gets it. */
export async function useStepUp(
  db: Db,
  { organization, session, stepUp, act }: ShownStepUp,
  now: Date,
): Promise<boolean> {
  const row = await db
    .updateTable('step_ups')
    .set({ used_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', stepUp)
    .where('session_id', '=', session)
    .where('act_hash', '=', act)
    .where('proven_at', 'is not', null)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

function fromRow(row: Selectable<Schema['step_ups']>): StepUp {
  return {
    organization: row.organization_id,
    id: row.id as StepUpId, // written by addStepUp only
    session: row.session_id,
    actHash: row.act_hash,
    act: row.act,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    provenAt: row.proven_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  }
}
