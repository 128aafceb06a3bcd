import { type KeyRing, readKeyFile, readOrMakeKeyFile, toKeyRing } from './key-ring.ts'
import { newMasterKey } from './seal.ts'

/** Where the master keys come from; read once, and again when a key is missed. */
export type KeySource = {
  /** Absent: the keys are in memory only. */
  readonly path: string | undefined
  ring(): KeyRing
  /** @throws {MasterKeyError} */
  reload(): KeyRing
}

/** @throws {MasterKeyError} when the file is missing, open to others or not a key. */
export function openKeyFile({ path, create }: { path: string; create: boolean }): KeySource {
  let ring = create ? readOrMakeKeyFile(path) : readKeyFile(path)
  return {
    path,
    ring: () => ring,
    reload() {
      ring = readKeyFile(path)
      return ring
    },
  }
}

/** Keys that end with the process, for tests. */
export function temporaryKeys(): KeySource {
  const ring = toKeyRing([newMasterKey()])
  return { path: undefined, ring: () => ring, reload: () => ring }
}
