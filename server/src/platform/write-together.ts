import { type OperationNodeSource, type RawBuilder, sql } from 'kysely'
import type { Db } from './database.ts'
import { PLANNED_ONCE } from './planned-statements.ts'

/**
 * Carries out writes to different tables as one statement: one way to the database and back. All of them
 * happen or none does; none sees what the others write, so that no two may touch the same row.
 */
export async function writeTogether(tx: Db, writes: readonly OperationNodeSource[]): Promise<void> {
  const parts: RawBuilder<unknown>[] = writes.map(
    (write, place) => sql`${sql.ref(`write_${place}`)} as (${write})`,
  )
  await sql`${sql.raw(PLANNED_ONCE)} with ${sql.join(parts)} select 1`.execute(tx)
}
