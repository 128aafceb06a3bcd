import { z } from 'zod'
import type { Db } from '../platform/database.ts'
import { randomToken } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'

/** Secrets by which device and server prove themselves to each other; additional to the certificate. */
export const Digests = z.object({
  server: z.object({ secret: z.string(), nonce: z.string() }),
  device: z.object({ secret: z.string(), nonce: z.string() }),
})
export type Digests = z.infer<typeof Digests>

/** As what they are sealed. */
export const DIGESTS_PURPOSE = 'device digests'

/** The secret by which a device proves itself, as it was told when it enrolled. */
export async function openDeviceDigest(
  db: Db,
  secrets: Pick<Secrets, 'open'>,
  { organization, secretId }: { readonly organization: OrganizationId; readonly secretId: string },
): Promise<string> {
  const opened = await secrets.open(db, organization, secretId, DIGESTS_PURPOSE)
  return Digests.parse(JSON.parse(opened)).device.secret
}

/** In base64, and never the same twice. */
export const makeNonce = (): string =>
  Buffer.from(randomToken(NONCE_BYTES), 'base64url').toString('base64')

const SECRET_BYTES = 24
const NONCE_BYTES = 16

/** New ones for one device: 32 URL-safe characters each, and a nonce in base64. */
export function makeDigests(): Digests {
  const make = () => ({
    secret: randomToken(SECRET_BYTES),
    nonce: makeNonce(),
  })
  return { server: make(), device: make() }
}
