import type { Passkey } from '@mooring/contract/account'
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import type { Db } from '../platform/database.ts'
import { randomToken } from '../platform/ids.ts'
import type { Administrator } from './administrator.ts'
import { addChallenge, type ChallengePlace } from './passkey-challenges-store.ts'
import type { PasskeyRow } from './passkeys-store.ts'

/** EdDSA, ES256, RS256: what authenticators have, and no experiment of Node's. @see RFC 9053 §2, RFC 8812 §2 */
export const ALGORITHMS = [-8, -7, -257] as const
const CHALLENGE_BYTES = 32
const CHALLENGE_MS = 5 * 60_000

export type PasskeyParts = { readonly db: Db; readonly publicUrl: URL }

/** What a browser shows of a passkey belongs to this host alone. @see WebAuthn Level 3 §5.1.2 "RP ID" */
export const toRpId = (publicUrl: URL): string => publicUrl.hostname

/** Whom a passkey names: our id of the administrator, no mail address. */
export const toUserHandle = ({ id }: Pick<Administrator, 'id'>): string =>
  Buffer.from(id, 'utf8').toString('base64url')

/** Options to make a passkey: discoverable, and never without PIN, fingerprint or face. */
export async function offerNewPasskey(
  { db, publicUrl }: PasskeyParts,
  administrator: Administrator,
  given: { place: ChallengePlace; known: readonly PasskeyRow[]; now: Date },
) {
  const challenge = await newChallenge(db, given.place, given.now)
  return await generateRegistrationOptions({
    rpName: 'Mooring',
    rpID: toRpId(publicUrl),
    userName: administrator.email,
    userDisplayName: administrator.email,
    userID: toBytes(toUserHandle(administrator)),
    challenge: toBytes(challenge),
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: [...ALGORITHMS],
    excludeCredentials: given.known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** Options to show a passkey: any of this host, or one of those given. */
export async function offerPasskeyProof(
  { db, publicUrl }: PasskeyParts,
  given: { place: ChallengePlace; known: readonly PasskeyRow[]; now: Date },
) {
  const challenge = await newChallenge(db, given.place, given.now)
  return await generateAuthenticationOptions({
    rpID: toRpId(publicUrl),
    challenge: toBytes(challenge),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
    ...(given.known.length > 0 ? { allowCredentials: given.known.map(toDescriptor) } : {}),
  })
}

export function toContract(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

async function newChallenge(db: Db, place: ChallengePlace, now: Date): Promise<string> {
  const challenge = randomToken(CHALLENGE_BYTES)
  const expiresAt = new Date(now.getTime() + CHALLENGE_MS)
  await addChallenge(db, place, { challenge, expiresAt })
  return challenge
}

const toDescriptor = ({ credential_id: id, transports }: PasskeyRow) => ({ id, transports })

const toBytes = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'))
