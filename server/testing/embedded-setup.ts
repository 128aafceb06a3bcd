import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrations } from '../migrations/index.ts'
import { openDatabase } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import './provided.ts'

/**
 * Migrates one PGlite per run and keeps it as a file. A new one takes almost four seconds, one that
 * is loaded from such a file half a second.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-snapshot-'))
  const database = await openDatabase({ kind: 'embedded', folder: 'memory' })
  if (database.kind !== 'embedded') throw new Error('the embedded database is embedded')
  await migrate(database, migrations)
  const snapshot = await database.pglite.dumpDataDir('none')
  await database.close()

  const file = join(folder, 'migrated.tar')
  writeFileSync(file, new Uint8Array(await snapshot.arrayBuffer()))
  project.provide('snapshotFile', file)
  return () => rmSync(folder, { recursive: true, force: true })
}
