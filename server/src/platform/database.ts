import { mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { copyingPGlite } from './copying-drivers.ts'
import { organizationGuard } from './organization-guard.ts'
import { planningClient } from './planned-statements.ts'
import type { Schema } from './schema.ts'

export type DatabaseConfig =
  /** PGlite in a folder, or in memory for tests. */
  | { kind: 'embedded'; folder: string | 'memory'; snapshot?: Blob }
  /** PostgreSQL 15 or later. */
  | { kind: 'postgres'; url: string; poolSize: number }

/** What a store function needs: the database or a transaction on it. */
export type Db = Kysely<Schema> | Transaction<Schema>

/** An open database. `close` waits for queries under way. */
export type Database = {
  readonly db: Kysely<Schema>
  close(): Promise<void>
} & (
  | { readonly kind: 'embedded'; readonly pglite: PGlite }
  | { readonly kind: 'postgres'; readonly pool: pg.Pool }
)

// `bigint` counts fit a number here, and a `date` is a day and not an instant.
const BIGINT = 20
const DATE = 1082

/**
 * Opens the database. The same SQL runs on both kinds.
 *
 * @throws what the driver throws when the folder or the server cannot be reached.
 */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  return config.kind === 'embedded' ? await openEmbedded(config) : openPostgres(config)
}

async function openEmbedded(config: { folder: string; snapshot?: Blob }): Promise<Database> {
  if (config.folder !== 'memory') mkdirSync(config.folder, { recursive: true, mode: 0o700 })
  const pglite = await PGlite.create({
    ...(config.folder === 'memory' ? {} : { dataDir: config.folder }),
    ...(config.snapshot ? { loadDataDir: config.snapshot } : {}),
    parsers: { [BIGINT]: Number, [DATE]: (text: string) => text },
  })
  const db = new Kysely<Schema>({
    dialect: new PGliteDialect({ pglite: copyingPGlite(pglite) }),
    plugins: [organizationGuard()],
  })
  return { kind: 'embedded', db, pglite, close: () => pglite.close() }
}

function openPostgres(config: { url: string; poolSize: number }): Database {
  const types = new pg.TypeOverrides()
  types.setTypeParser(BIGINT, Number)
  types.setTypeParser(DATE, (text: string) => text)
  const pool = new pg.Pool({
    connectionString: config.url,
    Client: planningClient(),
    max: config.poolSize,
    types,
    // A query that waits longer than this for a lock or a result is a fault, not a plan.
    statement_timeout: 120_000,
    connectionTimeoutMillis: 10_000,
  })
  // An idle connection that the server closes must not end the process; the pool opens another.
  pool.on('error', () => {})
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [organizationGuard()],
  })
  return { kind: 'postgres', db, pool, close: () => db.destroy() }
}

/** Whether the database refused a row because there is one like it already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
