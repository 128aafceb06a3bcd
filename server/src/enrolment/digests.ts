import { z } from 'zod'
import { randomToken } from '../platform/ids.ts'

/** Secrets by which device and server prove themselves to each other; additional to the certificate. */
export const Digests = z.object({
  server: z.object({ secret: z.string(), nonce: z.string() }),
  device: z.object({ secret: z.string(), nonce: z.string() }),
})
export type Digests = z.infer<typeof Digests>

/** As what they are sealed. */
export const DIGESTS_PURPOSE = 'device digests'

const SECRET_BYTES = 24
const NONCE_BYTES = 16

/** New ones for one device: 32 URL-safe characters each, and a nonce in base64. */
export function makeDigests(): Digests {
  const make = () => ({
    secret: randomToken(SECRET_BYTES),
    nonce: Buffer.from(randomToken(NONCE_BYTES), 'base64url').toString('base64'),
  })
  return { server: make(), device: make() }
}
