import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { Schema } from '../platform/schema.ts'
import { makeIndex } from './make-index-store.ts'
import { deferKey, MEMBERSHIPS, restoreKey } from './memberships-key-store.ts'

// A million rows one by one into an index cost ten times what making the index of them all costs.
// So the first load of an installation that holds nothing yet does without the indexes that only
// serve reading, and makes them at its end. What was put off is kept in the database, with the change
// itself: a crash in between leaves nothing undone that the next run does not see.

/** How long to wait for others to let go of an empty table. */
const PATIENCE = '500ms'

/** Puts the indexes of tables off that are empty in every organization. @returns whether it did. */
export async function deferIndexes(
  db: Kysely<Schema>,
  tables: readonly string[],
): Promise<boolean> {
  // The question is whether anybody's lists would become slow, so it is asked of all organizations.
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(
      db.withoutPlugins(),
    )
    if (rows.length > 0) return false
  }
  try {
    await db.transaction().execute(async (tx) => {
      await sql`set local lock_timeout = ${sql.lit(PATIENCE)}`.execute(tx)
      const { rows } = await sql<{ name: string }>`
        insert into deferred_indexes (name, table_name, definition)
        select i.indexname, i.tablename, i.indexdef from pg_indexes as i
        where i.schemaname = current_schema() and i.tablename = any(${[...tables]}::text[])
          and not exists (
            select from pg_constraint as c
            where c.conname = i.indexname and c.contype in ('p', 'u'))
        on conflict do nothing
        returning name`.execute(tx)
      for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(tx)
      if (tables.includes(MEMBERSHIPS)) await deferKey(tx)
      for (const table of tables) await deferAutovacuum(tx, table)
    })
    return true
  } catch (error) {
    // Somebody looks at the tables just now: then it goes without, slower.
    if (error instanceof Error && 'code' in error && error.code === '55P03') return false
    throw error
  }
}

/** Makes the indexes that were put off, those of a table together. */
export async function restoreIndexes(db: Kysely<Schema>, tables: readonly string[]): Promise<void> {
  const waiting = await db
    .selectFrom('deferred_indexes')
    .select('table_name')
    .distinct()
    .where('table_name', 'in', [...tables])
    .execute()
  for (const { table_name: table } of waiting) {
    await db.transaction().execute((tx) => restoreIndexesOf(tx, table))
  }
}

async function restoreIndexesOf(tx: Db, table: string): Promise<void> {
  if (table === MEMBERSHIPS) await restoreKey(tx)
  // Whoever takes the rows makes the indexes; another process finds them gone.
  const taken = await tx
    .deleteFrom('deferred_indexes')
    .where('table_name', '=', table)
    .returning(['name', 'definition'])
    .execute()
  // Autovacuum last: it may look at the table again.
  const inOrder = taken.toSorted((a, b) => Number(isAutovacuum(a)) - Number(isAutovacuum(b)))
  for (const { definition } of inOrder) await makeIndex(tx, definition)
}

const isAutovacuum = ({ name }: { name: string }) => name.endsWith(AUTOVACUUM)

const AUTOVACUUM = '_autovacuum'

/**
 * Statistics of half a table are of no use to anybody and take as long as those of all of it; and who
 * gathers them keeps the indexes from being made.
 */
async function deferAutovacuum(tx: Db, table: string): Promise<void> {
  const name = `${table}${AUTOVACUUM}`
  const again = `alter table "${table}" reset (autovacuum_enabled)`
  await sql`
    insert into deferred_indexes (name, table_name, definition) values (${name}, ${table}, ${again})
    on conflict do nothing`.execute(tx)
  await sql`alter table ${sql.id(table)} set (autovacuum_enabled = false)`.execute(tx)
}
