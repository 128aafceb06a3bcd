import { randomBytes, randomUUID } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * An id of ours: the prefix says what it names and survives logs, URLs and support mail.
 * Twenty characters of Crockford's base 32, 100 bits of chance.
 */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  let text = ''
  for (const byte of takeChance(20)) text += ALPHABET[byte & 31]
  return `${prefix}_${text}`
}

/** Chance is dear by the call and cheap by the byte; each byte is handed out once. */
const STOCK_BYTES = 4000
let stock = Buffer.alloc(0)

function takeChance(count: number): Buffer {
  if (stock.length < count) stock = randomBytes(STOCK_BYTES)
  const taken = stock.subarray(0, count)
  stock = stock.subarray(count)
  return taken
}

/** `count` bytes of chance as base64url, for tokens that somebody must not guess. */
export function randomToken(count: number): string {
  return randomBytes(count).toString('base64url')
}

/** A random GUID, for `client-request-id` and the like. */
export function randomGuid(): string {
  return randomUUID()
}
