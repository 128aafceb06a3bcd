import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../migrations/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import type { Clock } from '../platform/clock.ts'
import { type Database, openDatabase } from '../platform/database.ts'
import { type KeySource, openKeyFile, temporaryKeys } from '../platform/key-source.ts'
import type { Logger } from '../platform/log.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { migrate, pendingMigrations } from '../platform/migrate.ts'
import { createSecrets, type Secrets } from '../platform/secrets.ts'
import type { Config } from './config.ts'

/** What the server and every command work with, opened and checked. */
export type Parts = {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly database: Database
  readonly db: Database['db']
  readonly keys: KeySource
  readonly secrets: Secrets
  /** Names of the migrations that ran when this was opened. */
  readonly migrated: readonly string[]
}

/** The database is of an older version, and we were told not to bring it up to date. */
export class MigrationsPending extends Error {
  readonly code = 'migrationsPending'
}

/**
 * Opens the database, brings it to this version and checks that the master key belongs to it.
 *
 * @throws {MigrationsPending} {NewerDatabase} {MasterKeyError} each with what to do; whatever was
 *   opened before is closed again.
 */
export async function openParts(config: Config, clock: Clock, log: Logger): Promise<Parts> {
  const keys = openKeys(config)
  const database = await openDatabase(config.database)
  try {
    const migrated = await bringUpToDate(database, { autoMigrate: config.autoMigrate, log })
    const { db } = database
    await checkMasterKey(db, (await loadHomeOrganization(db)).id, keys.ring())
    const secrets = createSecrets(keys)
    return { config, clock, log, database, db, keys, secrets, migrated }
  } catch (error) {
    await database.close()
    throw error
  }
}

function openKeys({ masterKey, database }: Config): KeySource {
  if (masterKey.kind === 'temporary') return temporaryKeys()
  // A database that is there has a key: one made anew would only hide that its own is missing.
  const isNew = database.kind === 'embedded' && !existsSync(join(database.folder, 'PG_VERSION'))
  return openKeyFile({ path: masterKey.path, create: masterKey.create && isNew })
}

async function bringUpToDate(
  database: Database,
  { autoMigrate, log }: { autoMigrate: boolean; log: Logger },
): Promise<string[]> {
  if (autoMigrate) {
    const ran = await migrate(database, migrations)
    if (ran.length > 0) log.info({ migrations: ran }, 'the database was brought to this version')
    return ran
  }
  const pending = await pendingMigrations(database, migrations)
  if (pending.length === 0) return []
  throw new MigrationsPending(
    `The database lacks ${pending.length} migration(s) and MOORING_AUTO_MIGRATE is "false". Run: mooring migrate`,
  )
}
