import type { JWK } from 'jose'
import { sql } from 'kysely'
import type { Db } from '../../platform/database.ts'

/** The keys of one provider, as all processes know them. */
export type StoredKeySet = {
  readonly keys: readonly JWK[]
  /** When the keys last came. */
  readonly fetchedAt: Date
  /** When they were last asked for, with or without success. */
  readonly triedAt: Date
}

export async function findKeySet(db: Db, jwksUrl: string): Promise<StoredKeySet | undefined> {
  const row = await db
    .selectFrom('signing_key_sets')
    .selectAll()
    .where('jwks_url', '=', jwksUrl)
    .executeTakeFirst()
  if (!row?.fetched_at) return undefined
  return { keys: row.keys as readonly JWK[], fetchedAt: row.fetched_at, triedAt: row.tried_at } // written by saveKeySet only
}

/**
 * Takes the turn to ask the provider, for all processes.
 *
 * @param unlessSince whoever asked since then has had the turn.
 * @returns whether the turn is ours.
 */
export async function takeFetchTurn(
  db: Db,
  jwksUrl: string,
  { now, unlessSince }: { now: Date; unlessSince: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into signing_key_sets (jwks_url, keys, tried_at) values (${jwksUrl}, '[]', ${now})
    on conflict (jwks_url) do update set tried_at = ${now}
    where signing_key_sets.tried_at <= ${unlessSince}
    returning 1`.execute(db)
  return rows.length > 0
}

export async function saveKeySet(
  db: Db,
  jwksUrl: string,
  { keys, now }: { keys: readonly JWK[]; now: Date },
): Promise<void> {
  await db
    .updateTable('signing_key_sets')
    .set({ keys: JSON.stringify(keys), fetched_at: now })
    .where('jwks_url', '=', jwksUrl)
    .execute()
}
