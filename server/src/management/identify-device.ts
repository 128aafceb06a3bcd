import { checkSignedMessage, judgeShown, type StoredCertificate } from '../certificates/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { findVisit, type Standing } from './standings-store.ts'

/** How a device proved who it is. `connection`: its certificate on TLS · `proxy`: passed on by one that is trusted. */
export type Proof = 'connection' | 'proxy' | 'signature'

/** What came along with a message. */
export type Evidence = Proofs & { readonly body: Uint8Array }

/** As much of it as is in the connection and the headers. */
export type Proofs = {
  /** In DER; TLS has seen that its holder has the key. */
  readonly connection: Uint8Array | undefined
  readonly proxy: Uint8Array | undefined | 'unreadable'
  /** CMS in base64, of either header's name. */
  readonly signatures: readonly string[]
}

export type IdentityRefusal =
  | 'noProof'
  | 'proofMalformed'
  | 'certificateForeign'
  | 'certificateExpired'
  | 'certificateRevoked'
  | 'signatureWrong'
  | 'signatureOld'
  | 'proofsDiffer'

export type Identified =
  | {
      readonly kind: 'proven'
      readonly certificate: StoredCertificate
      readonly proofs: readonly Proof[]
      /** How its device stands, where the certificate's look-up told. */
      readonly standing: Standing | undefined
    }
  | {
      readonly kind: 'refused'
      readonly refusal: IdentityRefusal
      /** Whose it is, where that is certain. */
      readonly certificate?: StoredCertificate | undefined
    }

/** How far a device's clock may be off. @see windows-mdm.md 5.6 (b) */
const CLOCK_OFF_MS = 15 * 60_000

const REFUSALS = {
  malformed: 'proofMalformed',
  foreign: 'certificateForeign',
  unknown: 'certificateForeign',
  expired: 'certificateExpired',
  notYet: 'certificateExpired',
  revoked: 'certificateRevoked',
  replaced: 'certificateRevoked',
  algorithm: 'signatureWrong',
  sha1: 'signatureWrong',
  signature: 'signatureWrong',
} as const satisfies Record<string, IdentityRefusal>

/**
 * Who sends a message. One proof is enough, but each that came has to hold, and all have to be of one and
 * the same device: otherwise somebody has put them together.
 *
 * @see windows-mdm.md 5.6; sign-in-and-security.md, device certificates
 */
export async function identifyDevice(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  { connection, proxy, signatures, body }: Evidence,
): Promise<Identified> {
  if (proxy === 'unreadable') return refused('proofMalformed')
  const now = clock.now()
  const proven: { proof: Proof; certificate: StoredCertificate }[] = []
  let standing: Standing | undefined
  for (const [proof, der] of [
    ['connection', connection],
    ['proxy', proxy],
  ] as const) {
    if (!der) continue
    const visit = await findVisit(db, der, now)
    const found = await judgeShown(db, der, { certificate: visit?.certificate, now })
    if (found.kind === 'refused') return refused(REFUSALS[found.refusal], found.certificate)
    proven.push({ proof, certificate: found.certificate })
    standing = visit?.standing
  }
  for (const text of signatures) {
    const checked = await checkSignedMessage(db, Buffer.from(text, 'base64'), {
      now,
      detached: body,
      shown: proven[0]?.certificate,
    })
    if (checked.kind === 'refused') return refused(REFUSALS[checked.refusal], checked.signer)
    const { signedAt, signer } = checked
    // Without a time of its own, a message could be sent again for ever.
    if (!signedAt || Math.abs(now.getTime() - signedAt.getTime()) > CLOCK_OFF_MS) {
      return refused('signatureOld', signer)
    }
    proven.push({ proof: 'signature', certificate: signer })
  }
  const [first, ...others] = proven
  if (!first) return refused('noProof')
  const { certificate } = first
  const isOne = others.every(
    (other) =>
      other.certificate.deviceId === certificate.deviceId &&
      other.certificate.organization === certificate.organization,
  )
  if (!isOne) return refused('proofsDiffer')
  return { kind: 'proven', certificate, standing, proofs: proven.map(({ proof }) => proof) }
}

function refused(refusal: IdentityRefusal, certificate?: StoredCertificate): Identified {
  return { kind: 'refused', refusal, certificate }
}
