import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/platform/database.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { Schema } from '../src/platform/schema.ts'
import { createDatabase, dropDatabase } from './postgres.ts'
import './provided.ts'

/** A migrated database of one test file. */
export type TestDatabase = {
  readonly kind: Database['kind']
  readonly db: Kysely<Schema>
  /** The same with its pool or its PGlite, for what wants more than `db`. */
  readonly database: Database
  /** Brings all tables back to what the migrations left in them. */
  truncate(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens a database that nobody else uses: PGlite in memory or a database on PostgreSQL, as the
 * Vitest project has it. One per test file; truncate between its tests.
 *
 * ```ts
 * const database = await testDatabase()
 * beforeEach(() => database.truncate())
 * afterAll(() => database[Symbol.asyncDispose]())
 * ```
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { database, dispose } =
    inject('databaseKind') === 'postgres' ? await copyPostgres() : await loadEmbedded()
  const truncate = await truncation(acrossOrganizations(database.db))
  let isOpen = true
  return {
    kind: database.kind,
    db: database.db,
    database,
    truncate,
    async [Symbol.asyncDispose]() {
      if (!isOpen) return
      isOpen = false
      await dispose()
    },
  }
}

/** A migrated PGlite, to open many more in a fraction of the time: `openDatabase({ …, snapshot })`. */
export function migratedSnapshot(): Promise<Blob> {
  return openAsBlob(inject('snapshotFile'))
}

type Opened = { database: Database; dispose: () => Promise<void> }

async function loadEmbedded(): Promise<Opened> {
  const snapshot = await migratedSnapshot()
  const database = await openDatabase({ kind: 'embedded', folder: 'memory', snapshot })
  return { database, dispose: () => database.close() }
}

async function copyPostgres(): Promise<Opened> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await createDatabase(server, name, 'migrated')
  const url = new URL(server)
  url.pathname = `/${name}`
  const database = await openDatabase({ kind: 'postgres', url: url.href, poolSize: 5 })
  const dispose = async () => {
    await database.close()
    await dropDatabase(server, name)
  }
  return { database, dispose }
}

type Seed = { table: string; columns: string; rows: string }

/** Migrations leave rows behind (the first organization): they are read now and put back each time. */
async function truncation(db: Kysely<Schema>): Promise<() => Promise<void>> {
  const tables = await readTables(db)
  const seeds: Seed[] = []
  for (const { table, columns } of tables) {
    const { rows } = await sql<{ rows: string | null }>`
      select json_agg(t)::text as rows from ${sql.table(table)} t`.execute(db)
    if (rows[0]?.rows) seeds.push({ table, columns, rows: rows[0].rows })
  }
  const all = sql.join(tables.map(({ table }) => sql.table(table)))
  const empty = () =>
    db.transaction().execute(async (tx) => {
      // A worker that the test before has left may be making one of them at this moment.
      await sql`lock table deferred_indexes in access exclusive mode`.execute(tx)
      const deferred = await tx.selectFrom('deferred_indexes').select('definition').execute()
      // Rows that refer to each other may then come in any order, and what only grows is emptied.
      await sql`set local session_replication_role = replica`.execute(tx)
      await sql`truncate ${all} restart identity cascade`.execute(tx)
      // What the first load of the test before has put off and not come to make.
      for (const { definition } of deferred) await sql.raw(definition).execute(tx)
      for (const { table, columns, rows } of seeds) {
        await sql`
          insert into ${sql.table(table)} (${sql.raw(columns)}) overriding system value
          select ${sql.raw(columns)}
          from json_populate_recordset(null::${sql.table(table)}, ${rows}::json)`.execute(tx)
      }
    })
  // A worker that the test before has left may hold what is emptied and want what is locked: the
  // database then ends one of the two.
  return async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await empty()
      } catch (error) {
        if (tries === 5 || !isDeadlock(error)) throw error
      }
    }
  }
}

const isDeadlock = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '40P01'

async function readTables(db: Kysely<Schema>): Promise<{ table: string; columns: string }[]> {
  const { rows } = await sql<{ table: string; columns: string }>`
    select table_name as table,
      string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns
    from information_schema.tables join information_schema.columns using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER'
      and table_name not like 'kysely_migration%'
    group by table_name
    order by table_name`.execute(db)
  return rows
}
