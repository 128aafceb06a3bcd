import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JsonObject } from '../http/reply.ts'
import { makeCertificate, thumbprints } from './certificate.ts'

export type SigningKey = {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly certificate: Buffer
}

const generate = promisify(generateKeyPair)
let firstKeys: Promise<[SigningKey, SigningKey, SigningKey]> | undefined
const yearMs = 365 * 86_400_000

/**
 * The keys that sign all tokens. One set serves every tenant, as at Microsoft: a token of another
 * tenant carries a valid signature.
 */
export class SigningKeys {
  #published: SigningKey[]
  #current: SigningKey
  /** Never published under its own name: an attacker's key. */
  readonly decoy: SigningKey
  readonly #now: () => Date

  private constructor(
    keys: { published: SigningKey[]; current: SigningKey; decoy: SigningKey },
    now: () => Date,
  ) {
    this.#published = keys.published
    this.#current = keys.current
    this.decoy = keys.decoy
    this.#now = now
  }

  /** Two keys to begin with: one signs, the other is published for the next rollover. */
  static async make(now: () => Date): Promise<SigningKeys> {
    // RSA keys cost a tenth of a second each: all emulators of one process begin with the same.
    firstKeys ??= Promise.all([makeSigningKey(now()), makeSigningKey(now()), makeSigningKey(now())])
    const [current, next, decoy] = await firstKeys
    return new SigningKeys({ published: [current, next], current, decoy }, now)
  }

  get current(): SigningKey {
    return this.#current
  }

  get published(): readonly SigningKey[] {
    return this.#published
  }

  find(kid: string | undefined): SigningKey | undefined {
    return this.#published.find((key) => key.kid === kid)
  }

  /**
   * Signs with another key from now on. With overlap the old one stays published; without, it
   * disappears at once (emergency removal), and tokens signed with it are no longer accepted.
   */
  async rollOver(options: { overlap: boolean }): Promise<void> {
    const retired = this.#current
    const next =
      this.#published.find((key) => key !== retired) ?? (await makeSigningKey(this.#now()))
    const spare = await makeSigningKey(this.#now())
    this.#published = options.overlap ? [next, spare, retired] : [next, spare]
    this.#current = next
  }

  /**
   * The key set document: no `alg`, with `x5t`, `x5c` and (v2.0) `issuer`. On request a foreign key
   * stands first under the name of the one that signs.
   */
  toJwks(issuer: string | undefined, options: { sameKid: boolean }): JsonObject {
    const decoys = options.sameKid ? [{ ...this.decoy, kid: this.#current.kid }] : []
    return {
      keys: [...decoys, ...this.#published].map((key) => {
        const jwk = key.publicKey.export({ format: 'jwk' })
        return {
          kty: 'RSA',
          use: 'sig',
          kid: key.kid,
          x5t: key.kid,
          n: String(jwk.n),
          e: String(jwk.e),
          x5c: [key.certificate.toString('base64')],
          cloud_instance_name: 'microsoftonline.com',
          ...(issuer === undefined ? {} : { issuer }),
        }
      }),
    }
  }
}

async function makeSigningKey(now: Date): Promise<SigningKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  const certificate = makeCertificate({
    privateKey,
    commonName: 'accounts.accesscontrol.windows.net',
    notBefore: now,
    notAfter: new Date(now.getTime() + 5 * yearMs),
  })
  const publicKey = createPublicKey(privateKey)
  return { kid: thumbprints(certificate).x5t, privateKey, publicKey, certificate }
}
