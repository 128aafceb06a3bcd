import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Something is wrong with the data folder; the message says what to do. */
export class DataFolderError extends Error {
  readonly code: 'folderInUse' | 'folderNotOurs'
  constructor(code: DataFolderError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Makes a folder that only this user can open, or closes the one that is there to others. */
export function openPrivateFolder(path: string): string {
  makeFolders(path)
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new DataFolderError(
      'folderNotOurs',
      `The folder "${path}" belongs to another user. Give it to the user who runs Mooring, or set MOORING_DATA_DIR to another folder.`,
    )
  }
  if ((found.mode & 0o777) !== 0o700) chmodSync(path, 0o700)
  return path
}

/** Not `recursive`, which never returns where nothing can be made, such as below `/proc`. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * Takes the data folder for this process, until disposed or until the process ends, however it ends.
 *
 * The lock is SQLite's on a file of its own: the kernel's, hence free again after `kill -9`, and seen
 * by other containers that mount the same folder. Nothing is ever kept in that file.
 *
 * @param folder a private folder of its own inside the data folder.
 * @throws {DataFolderError} `folderInUse`
 */
export function lockFolder(folder: string): Disposable {
  const owner = join(folder, 'owner.json')
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw new DataFolderError(
      'folderInUse',
      `Another Mooring${describeOwner(owner)} uses the data folder "${dirname(folder)}". Stop it first, or set MOORING_DATA_DIR to another folder.`,
      cause,
    )
  }
  // For people only; the lock is what counts.
  writeFileSync(owner, JSON.stringify({ pid: process.pid, host: hostname() }), { mode: 0o600 })
  return { [Symbol.dispose]: () => lock.close() }
}

const SQLITE_BUSY = 5

function describeOwner(path: string): string {
  try {
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8'))
    return ` (process ${pid} on ${host})`
  } catch {
    return '' // Being written this moment: we can say who it is only the next time.
  }
}
