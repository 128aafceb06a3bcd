import type { JWK } from 'jose'
import { z } from 'zod'

/** Entra publishes 10 to 1,000 keys; what comes beyond is not looked at. */
const MOST_KEYS = 1000
const LEAST_RSA_BITS = 2048

const Key = z.object({
  kty: z.literal('RSA'),
  n: z.base64url(),
  e: z.base64url(),
  kid: z.string().max(500).optional(),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
})
const KeySet = z.object({ keys: z.array(z.unknown()) })

/**
 * The keys of a JWKS document that may sign: RSA of at least 2048 bits. Others are left out, so that one
 * odd key does not spoil the rest, and so is everything in a key that is no part of it.
 *
 * @returns `undefined` when it is no key set, or holds no such key.
 * @see RFC 7517 §5; Entra "Signing key rollover in the Microsoft identity platform"
 */
export function readKeySet(document: unknown): readonly JWK[] | undefined {
  const found = KeySet.safeParse(document)
  if (!found.success) return undefined
  const keys = found.data.keys.slice(0, MOST_KEYS).flatMap((key): JWK[] => {
    const read = Key.safeParse(key)
    if (!read.success || rsaBits(read.data.n) < LEAST_RSA_BITS) return []
    const { kty, n, e, kid } = read.data
    return [{ kty, n, e, alg: 'RS256', use: 'sig', ...(kid === undefined ? {} : { kid }) }]
  })
  return keys.length > 0 ? keys : undefined
}

function rsaBits(modulus: string): number {
  const bytes = Buffer.from(modulus, 'base64url')
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first < 0) return 0
  const leading = bytes[first] ?? 0
  return (bytes.length - first) * 8 - Math.clz32(leading) + 24
}
