import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'

/** Enough to sort a million memberships without a file, and for two helpers to join in. */
const SORT_MEMORY_BYTES = 256 * 1024 * 1024

/** Makes an index or a key of all that is in a table, however long it takes. */
export async function makeIndex(tx: Db, definition: string): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  // For this transaction, and where an administrator gives less.
  await sql`
    select set_config('maintenance_work_mem', ${`${SORT_MEMORY_BYTES / 1024}kB`}, true)
    where pg_size_bytes(current_setting('maintenance_work_mem')) < ${SORT_MEMORY_BYTES}`.execute(tx)
  await sql.raw(definition).execute(tx)
}
