import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { DataFolderError, lockFolder, openPrivateFolder } from '../platform/data-folder.ts'
import type { Config } from './config.ts'

/** A command of this user may hold the folder for a moment. */
const PATIENCE_MS = 3_000
const STEP_MS = 100

/**
 * Takes the data folder for this process, until `stack` is disposed of. There is nothing to take when
 * the database is PostgreSQL or in memory.
 *
 * @returns the folder for the socket and the lock.
 * @throws {DataFolderError}
 */
export async function holdDataFolder(
  config: Config,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  const folder = findRunFolder(config)
  if (folder === undefined) return undefined
  openPrivateFolder(folder)
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    try {
      stack.use(lockFolder(folder))
      break
    } catch (error) {
      const isBusy = error instanceof DataFolderError && error.code === 'folderInUse'
      if (!isBusy || waitedMs >= PATIENCE_MS) throw error
      await systemClock.wait(STEP_MS)
    }
  }
  if (config.database.kind === 'embedded') openPrivateFolder(config.database.folder)
  return folder
}

/** Where the lock and the socket of an embedded database are. */
export function findRunFolder({ database, dataFolder }: Config): string | undefined {
  return database.kind === 'embedded' && database.folder !== 'memory'
    ? join(dataFolder, 'run')
    : undefined
}
