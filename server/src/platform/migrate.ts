import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Database } from './database.ts'
import { acrossOrganizations } from './organization-guard.ts'
import type { Schema } from './schema.ts'

/** The database was brought to a later version by a newer server. */
export class NewerDatabase extends Error {
  readonly code = 'newerDatabase'
}

type Migrations = Readonly<Record<string, Migration>>

/**
 * Brings the database to this version, under a lock: several processes may start at once.
 *
 * @returns the names of the migrations that ran.
 * @throws {NewerDatabase} when the database knows migrations that this server does not.
 */
export async function migrate(database: Database, migrations: Migrations): Promise<string[]> {
  const db = acrossOrganizations(database.db)
  await refuseNewer(db, migrations)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  return (results ?? []).map((result) => result.migrationName)
}

/** Names of the migrations that `migrate` would run. @throws {NewerDatabase} */
export async function pendingMigrations(
  database: Database,
  migrations: Migrations,
): Promise<string[]> {
  const db = acrossOrganizations(database.db)
  await refuseNewer(db, migrations)
  const done = new Set(await executedMigrations(db))
  return Object.keys(migrations).filter((name) => !done.has(name))
}

async function refuseNewer(db: Kysely<Schema>, migrations: Migrations): Promise<void> {
  const unknown = (await executedMigrations(db)).filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new NewerDatabase(
    `This database was used by a newer version of Mooring (it has "${unknown.at(-1)}"). ` +
      'Start that version, or restore the backup made before the upgrade.',
  )
}

async function executedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('kysely_migration') is not null as there`.execute(db)
  if (!rows[0]?.there) return []
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    db,
  )
  return done.rows.map((row) => row.name)
}
