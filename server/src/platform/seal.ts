import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** A key that wraps other keys. `id`: the first eight hex digits of its SHA-256. */
export type MasterKey = { readonly id: string; readonly bytes: Uint8Array }

/** A secret as it is kept: its own key, wrapped by the master key, and the text under its own key. */
export type Sealed = {
  readonly keyId: string
  readonly wrappedKey: Uint8Array
  readonly ciphertext: Uint8Array
}

/** What a secret is bound to; it does not open under any other. */
export type Binding = {
  readonly organization: string
  readonly secretId: string
  readonly purpose: string
}

/** A sealed value does not open: the wrong key, another binding, or changed bytes. */
export class SealBroken extends Error {
  readonly code = 'sealBroken'
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @throws {RangeError} unless these are 32 bytes. */
export function toMasterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== KEY_BYTES) {
    throw new RangeError(`A master key has ${KEY_BYTES} bytes, this one ${bytes.length}`)
  }
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

export const newMasterKey = (): MasterKey => toMasterKey(randomBytes(KEY_BYTES))

/** Seals a secret under a key of its own, which is wrapped by `master`: envelope encryption. */
export function seal(master: MasterKey, binding: Binding, value: Uint8Array): Sealed {
  const key = randomBytes(KEY_BYTES)
  return {
    keyId: master.id,
    wrappedKey: encrypt(master.bytes, key, wrapData(master, binding)),
    ciphertext: encrypt(key, value, valueData(binding)),
  }
}

/** @throws {SealBroken} */
export function open(master: MasterKey, binding: Binding, sealed: Sealed): Uint8Array {
  const key = decrypt(master.bytes, sealed.wrappedKey, wrapData(master, binding))
  return decrypt(key, sealed.ciphertext, valueData(binding))
}

/** Wraps the secret's own key anew; the secret itself stays as it is. @throws {SealBroken} */
export function rewrap(
  keys: { readonly from: MasterKey; readonly to: MasterKey },
  binding: Binding,
  sealed: Sealed,
): Sealed {
  const { from, to } = keys
  const key = decrypt(from.bytes, sealed.wrappedKey, wrapData(from, binding))
  return {
    ...sealed,
    keyId: to.id,
    wrappedKey: encrypt(to.bytes, key, wrapData(to, binding)),
  }
}

function wrapData(master: MasterKey, { organization, secretId, purpose }: Binding): Buffer {
  return associated('wrapped key', master.id, organization, secretId, purpose)
}

function valueData({ organization, secretId, purpose }: Binding): Buffer {
  return associated('value', organization, secretId, purpose)
}

/** As JSON, so that no two lists of parts read the same. */
function associated(...parts: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['mooring/1', ...parts]))
}

/** Nonce, ciphertext, tag. The nonce is random: each key encrypts one value, or few wrapped keys. */
function encrypt(key: Uint8Array, value: Uint8Array, data: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(data)
  return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, bytes: Uint8Array, data: Uint8Array): Uint8Array {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('Sealed bytes are cut off')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(bytes.length - TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(data).setAuthTag(tag)
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES))
    return Buffer.concat([text, decipher.final()])
  } catch (cause) {
    throw new SealBroken('Sealed bytes do not open with this key in this place', { cause })
  }
}
