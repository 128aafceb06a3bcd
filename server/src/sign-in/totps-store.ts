import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { Schema } from '../platform/schema.ts'
import type { Administrator } from './administrator.ts'

/** Whose it is. */
export type FactorOwner = Pick<Administrator, 'organization' | 'id'>
type Row = Selectable<Schema['administrator_totps']>

/** An administrator's authenticator app, in force or only offered. */
export async function findTotp(
  db: Db,
  { organization, id }: FactorOwner,
): Promise<Row | undefined> {
  return await db
    .selectFrom('administrator_totps')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .executeTakeFirst()
}

/** @returns whether it was kept; `false`: another one is in force. */
export async function saveTotpOffer(
  tx: Db,
  { organization, id }: FactorOwner,
  { secretId, now }: { secretId: string; now: Date },
): Promise<boolean> {
  const offer = { secret_id: secretId, offered_at: now }
  const row = await tx
    .insertInto('administrator_totps')
    .values({ organization_id: organization, administrator_id: id, last_step: 0, ...offer })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'administrator_id'])
        .doUpdateSet(offer)
        .where('administrator_totps.confirmed_at', 'is', null),
    )
    .returning('secret_id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns whether this very offer is in force from now on. */
export async function saveTotpConfirmation(
  tx: Db,
  { organization, id }: FactorOwner,
  { secretId, step, now }: { secretId: string; step: number; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('administrator_totps')
    .set({ confirmed_at: now, last_step: step })
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .where('secret_id', '=', secretId)
    .where('confirmed_at', 'is', null)
    .returning('secret_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes the code of a time step. @returns `false` when it, or a later one, was taken before. */
export async function useTotpStep(
  db: Db,
  { organization, id }: FactorOwner,
  step: number,
): Promise<boolean> {
  const row = await db
    .updateTable('administrator_totps')
    .set({ last_step: step })
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .where('last_step', '<', step)
    .returning('secret_id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns the id of its secret, which is of no more use. */
export async function removeTotp(
  tx: Db,
  { organization, id }: FactorOwner,
): Promise<string | undefined> {
  const row = await tx
    .deleteFrom('administrator_totps')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .returning('secret_id')
    .executeTakeFirst()
  return row?.secret_id
}
