import { createPublicKey, type KeyObject } from 'node:crypto'

export type KeyRefusal = 'malformed' | 'keyKind' | 'weakKey'
export type CheckedKey =
  | { readonly kind: 'accepted'; readonly key: KeyObject; readonly der: Uint8Array }
  | { readonly kind: 'refused'; readonly refusal: KeyRefusal }

const LEAST_RSA_BITS = 2048
/** Larger ones only cost time, and whoever sends one has not proven anything yet. */
const MOST_RSA_BITS = 4096
const USUAL_EXPONENT = 65537n
const CURVES: readonly string[] = ['prime256v1', 'secp384r1']

/**
 * Whether a key may be certified: RSA of 2048 to 4096 bits with the usual exponent, or P-256 or P-384.
 *
 * @param spki SubjectPublicKeyInfo in DER.
 * @returns the key, and the same in the one form in which OpenSSL writes it.
 * @see sign-in-and-security.md 3.3
 */
export function checkPublicKey(spki: Uint8Array): CheckedKey {
  const key = readKey(spki)
  if (!key) return { kind: 'refused', refusal: 'malformed' }
  const refusal = judgeKey(key)
  if (refusal) return { kind: 'refused', refusal }
  return { kind: 'accepted', key, der: key.export({ type: 'spki', format: 'der' }) }
}

function readKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    // Whatever OpenSSL makes of it: it is no key.
    return undefined
  }
}

/** Why this key, public or private, is not good enough; also asked of an authority's own key. */
export function judgeKey(key: KeyObject): Exclude<KeyRefusal, 'malformed'> | undefined {
  const { modulusLength = 0, publicExponent, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ec':
      return CURVES.includes(namedCurve) ? undefined : 'keyKind'
    case 'rsa':
      if (modulusLength > MOST_RSA_BITS) return 'keyKind'
      if (modulusLength < LEAST_RSA_BITS || publicExponent !== USUAL_EXPONENT) return 'weakKey'
      return isRoca(readModulus(key)) ? 'weakKey' : undefined
    default:
      return 'keyKind'
  }
}

function readModulus(key: KeyObject): bigint {
  const { n = '' } = key.export({ format: 'jwk' }) as { n?: string } // RSA keys have it (RFC 7518 §6.3)
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex') || '0'}`)
}

const SMALL_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
  103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]
/** For each small prime, which remainders a power of 65537 can leave. */
const POWERS = SMALL_PRIMES.map((prime) => {
  const remainders = new Set<number>()
  for (let power = 1; !remainders.has(power); power = (power * 65537) % prime) remainders.add(power)
  return { prime: BigInt(prime), remainders }
})

/**
 * Whether a modulus looks like those that certain TPMs made and that can be factored: modulo every
 * small prime it is a power of 65537. By chance one in a hundred million does.
 *
 * @see CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack" §2
 */
export function isRoca(modulus: bigint): boolean {
  return POWERS.every(({ prime, remainders }) => remainders.has(Number(modulus % prime)))
}
