import type { TestProject } from 'vitest/node'
import { migrations } from '../migrations/index.ts'
import { openDatabase } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { startPostgres } from './postgres.ts'
import './provided.ts'

/** Starts one PostgreSQL per run, with a migrated database that each test file copies. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  try {
    await postgres.createDatabase('migrated')
    const database = await openDatabase({
      kind: 'postgres',
      url: postgres.url('migrated'),
      poolSize: 1,
    })
    await migrate(database, migrations)
    await database.close()
  } catch (error) {
    await postgres.stop()
    throw error
  }
  project.provide('postgresUrl', postgres.url('postgres'))
  return () => postgres.stop()
}
