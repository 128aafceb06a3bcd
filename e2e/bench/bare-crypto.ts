import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'

/** Which key an authority has. */
export type Algorithm = 'rsa2048' | 'ecdsaP256'

const ROUNDS = 300
/** A token is proven at the terms of use, at the policies and at the request. */
const TOKENS = 3
/** As large as an access token, a request and a certificate's body, roughly. */
const MESSAGE = Buffer.alloc(1200, 7)

/**
 * What no server can do without: three tokens (RS256) and one certificate request (RSA 2048) proven,
 * one certificate signed.
 *
 * @returns milliseconds of one core, for one enrolment.
 */
export function measureBareCrypto(algorithm: Algorithm): number {
  const device = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const authority =
    algorithm === 'rsa2048' ? device : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const signature = sign('sha256', MESSAGE, device.privateKey)
  const once = () => enrolBarely(device.publicKey, signature, authority.privateKey)
  for (let round = 0; round < 20; round += 1) once()
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round += 1) once()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / ROUNDS
}

function enrolBarely(publicKey: KeyObject, signature: Buffer, authority: KeyObject): void {
  for (let message = 0; message < TOKENS + 1; message += 1) {
    if (!verify('sha256', MESSAGE, publicKey, signature)) throw new Error('a good signature fails')
  }
  sign('sha256', MESSAGE, authority)
}
