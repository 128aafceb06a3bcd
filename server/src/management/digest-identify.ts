import { listNewest } from '../certificates/index.ts'
import { openDeviceDigest } from '../enrolment/index.ts'
import type { ClientMessage } from '../formats/syncml/syncml-message.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { judgeDigest } from './digest-judge.ts'
import { isDigest, isProven } from './digest-proof.ts'
import {
  countFailure,
  type DigestCandidate,
  findDigestCandidate,
  saveNonce,
  spendNonce,
} from './digest-store.ts'
import { listByDigest } from './session-settings-store.ts'

export type DigestParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly secrets: Pick<Secrets, 'open'>
  /** In base64. */
  readonly makeNonce: () => string
}

export type DigestRefusal =
  | 'noProof'
  | 'digestNeedless'
  | 'digestBlocked'
  | 'digestWrong'
  | 'certificateRevoked'

type Whose = { readonly organization: OrganizationId; readonly deviceId: string }

export type DigestIdentified =
  | { readonly kind: 'proven'; readonly device: Whose; readonly nextNonce: string }
  /** It is to prove itself, with this nonce. `wrong`: it has tried, and that is recorded. */
  | {
      readonly kind: 'challenge'
      readonly device: Whose
      readonly nonce: string
      readonly isWrong: boolean
    }
  | { readonly kind: 'refused'; readonly refusal: DigestRefusal; readonly device?: Whose }

/**
 * Who sends a message that came with neither certificate nor signature. Only where the organization lets
 * devices in like that, and only with a digest in this very message: nothing ties the next message of a
 * session to this one, so each brings its own, with a nonce of its own.
 *
 * @see windows-mdm.md 5.6 (c); ADR 0032
 */
export async function identifyByDigest(
  parts: DigestParts,
  { source, credentials }: Pick<ClientMessage, 'source' | 'credentials'>,
): Promise<DigestIdentified> {
  const candidate = await findDigestCandidate(parts.db, source)
  if (!candidate) return { kind: 'refused', refusal: 'noProof' }
  return await identifyAs(parts, candidate, credentials)
}

async function identifyAs(
  parts: DigestParts,
  candidate: DigestCandidate,
  credentials: ClientMessage['credentials'],
): Promise<DigestIdentified> {
  const { db, clock, secrets, makeNonce } = parts
  const { organization, deviceId, secretId } = candidate
  const device = { organization, deviceId }
  const now = clock.now()
  // Whoever takes a device's certificate away means the device.
  const [certificate] = await listNewest(db, organization, [deviceId])
  if (!certificate || certificate.revokedAt || certificate.notAfter <= now) {
    return { kind: 'refused', refusal: 'certificateRevoked', device }
  }
  const verdict = judgeDigest(candidate, { hasDigest: isDigest(credentials), now })
  if (verdict.kind === 'refused') return { ...verdict, device }
  if (verdict.kind === 'ask') {
    const nonce = verdict.nonce === 'new' ? makeNonce() : verdict.nonce
    if (verdict.nonce === 'new') await saveNonce(db, device, { nonce, at: now })
    return { kind: 'challenge', device, nonce, isWrong: false }
  }
  const next = makeNonce()
  const secret = await openDeviceDigest(db, secrets, { organization, secretId })
  const expected = { user: deviceId, secret, nonce: verdict.nonce }
  if (credentials && isProven(credentials, expected)) {
    const change = { used: verdict.nonce, next, at: now }
    if (await spendNonce(db, device, change)) return { kind: 'proven', device, nextNonce: next }
  }
  await countFailure(db, device, { next, at: now, isFirst: verdict.isFirstFailure })
  return { kind: 'challenge', device, nonce: next, isWrong: true }
}

const KNOWN_MS = 5000

/** Whether anybody lets devices in by digest. Asked for with each stranger, and of the database seldom. */
export function createTakesDigests({
  db,
  clock,
}: Pick<DigestParts, 'db' | 'clock'>): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY
  let answer: Promise<boolean> = Promise.resolve(false)
  return () => {
    const now = clock.now().getTime()
    // A clock that was put back must not keep it as it is.
    if (now - askedAt < KNOWN_MS && now >= askedAt) return answer
    askedAt = now
    answer = listByDigest(db).then((organizations) => organizations.length > 0)
    // What failed is asked for again, by the next one.
    answer.catch(() => {
      askedAt = Number.NEGATIVE_INFINITY
    })
    return answer
  }
}
