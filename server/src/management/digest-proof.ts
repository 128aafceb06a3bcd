import { createHash, timingSafeEqual } from 'node:crypto'
import type { SyncmlCredentials } from '../formats/syncml/syncml-message.ts'

/** What a device was provisioned with, and the nonce that it is to use. */
type Expected = {
  readonly user: string
  readonly secret: string
  /** In base64. */
  readonly nonce: string
}

const md5 = (content: string | Uint8Array) => createHash('md5').update(content).digest()

/**
 * What proves that somebody knows a secret: B64(MD5(B64(MD5(user:secret)):nonce)).
 *
 * @see OMA-TS-DM_Security-V1_2 §5.3; windows-mdm.md 5.6 (c)
 */
export function digestOf({ user, secret, nonce }: Expected): string {
  const known = md5(`${user}:${secret}`).toString('base64')
  const fresh = Buffer.from(nonce, 'base64')
  return md5(Buffer.concat([Buffer.from(`${known}:`), fresh])).toString('base64')
}

const MD5 = 'syncml:auth-md5'
const MD5_BYTES = 16

/** Whether these are credentials of the one kind that is taken: `syncml:auth-basic` would tell the secret. */
export const isDigest = (credentials: SyncmlCredentials | undefined): boolean =>
  credentials?.type?.trim() === MD5

/** Compares in a time that says nothing about how much is right. */
export function isProven(credentials: SyncmlCredentials, expected: Expected): boolean {
  const given = Buffer.from(credentials.data.trim(), 'base64')
  if (!isDigest(credentials) || given.length !== MD5_BYTES) return false
  return timingSafeEqual(given, Buffer.from(digestOf(expected), 'base64'))
}
