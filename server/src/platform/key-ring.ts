import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type MasterKey, newMasterKey, toMasterKey } from './seal.ts'

/** The master keys there are. The first wraps what is new; others only open what they once wrapped. */
export type KeyRing = {
  readonly current: MasterKey
  readonly all: readonly MasterKey[]
  find(id: string): MasterKey | undefined
}

/** Something is wrong with the key file; the message says what to do. */
export class MasterKeyError extends Error {
  readonly code = 'masterKey'
}

export function toKeyRing(keys: readonly [MasterKey, ...MasterKey[]]): KeyRing {
  return { current: keys[0], all: keys, find: (id) => keys.find((key) => key.id === id) }
}

/**
 * Reads the file with the master keys: base64, one per line, the current one first.
 *
 * @throws {MasterKeyError}
 */
export function readKeyFile(path: string): KeyRing {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new MasterKeyError(
      `The master key file "${path}" cannot be read (${reasonOf(cause)}). ` +
        'Restore it from its backup, or set MOORING_MASTER_KEY_FILE to where it is.',
      { cause },
    )
  }
  refuseOpenFile(path)
  return parseKeys(text, path)
}

/** The same, and makes the file with a new key when there is none. */
export function readOrMakeKeyFile(path: string): KeyRing {
  if (existsSync(path)) return readKeyFile(path)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    // `wx`: of two that start at once, one makes the file and the other reads it.
    writeFileSync(path, formatKeys([newMasterKey()]), { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readKeyFile(path)
}

/** Replaces the file in one step, so that there is never half a key. */
export function writeKeyFile(path: string, keys: readonly MasterKey[]): void {
  const temporary = `${path}.new`
  writeFileSync(temporary, formatKeys(keys), { mode: 0o600, flush: true })
  renameSync(temporary, path)
}

function parseKeys(text: string, path: string): KeyRing {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const [first, ...others] = lines.map((line) => parseKey(line, path))
  if (!first) throw new MasterKeyError(`The master key file "${path}" is empty. ${HOW}`)
  return toKeyRing([first, ...others])
}

const HOW = 'It must hold 32 bytes as base64, as made by: openssl rand -base64 32'

function parseKey(line: string, path: string): MasterKey {
  const bytes = Buffer.from(line, 'base64')
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === line.replace(/=+$/, '')
  if (isBase64 && bytes.length === 32) return toMasterKey(bytes)
  throw new MasterKeyError(`The master key file "${path}" does not hold a key. ${HOW}`)
}

function formatKeys(keys: readonly MasterKey[]): string {
  return keys.map((key) => `${Buffer.from(key.bytes).toString('base64')}\n`).join('')
}

/** Others on this machine must not be able to read the key; a group may (Kubernetes, systemd). */
function refuseOpenFile(path: string): void {
  if ((statSync(path).mode & 0o007) === 0) return
  throw new MasterKeyError(
    `The master key file "${path}" can be opened by every user of this machine. Run: chmod 600 ${path}`,
  )
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
