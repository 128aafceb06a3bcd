import { checkCertificateRequest } from '../certificates/index.ts'
import { judgeReceipt, type Receipt } from '../terms-of-use/index.ts'
import { enrolAlone } from './enrol-alone.ts'
import type { EnrolParts } from './enrol-parts.ts'
import type { Together } from './enrol-together.ts'
import { stepOf } from './enrolment-step.ts'
import type { Bearer } from './identify-bearer.ts'
import { hashOf } from './own-token.ts'
import { type DeviceFacts, readDeviceFacts } from './read-context.ts'
import { type Refusal, Refused } from './refusal.ts'
import type { Occasion, TokenUse, Wish } from './wish.ts'

export type EnrolDeviceParts = EnrolParts & {
  /** @see createEnrolTogether */
  readonly enrolTogether: (wish: Wish) => Promise<Together>
}

const REQUEST_REFUSALS = {
  malformed: 'requestMalformed',
  algorithm: 'requestAlgorithm',
  sha1: 'requestSha1',
  weakKey: 'requestWeakKey',
  keyKind: 'requestKeyKind',
  signature: 'requestSignature',
} as const satisfies Record<string, Refusal>

/**
 * Enrols a device: row, certificate, secrets, attempt and event are committed together. The same request
 * once more, because its answer was lost, gets the same certificate.
 *
 * @returns the provisioning document.
 * @throws {Refused}
 * @see windows-mdm.md 4.4
 */
export async function enrolDevice(parts: EnrolDeviceParts, occasion: Occasion): Promise<string> {
  const wish = await toWish(parts, occasion)
  if (occasion.bearer.proof.kind === 'own') return await enrolAlone(parts, wish)
  const together = await parts.enrolTogether(wish)
  switch (together.kind) {
    case 'enrolled':
      return together.document
    case 'refused':
      throw new Refused(together.refusal)
    case 'alone':
      return await enrolAlone(parts, wish)
  }
}

/** @throws {Refused} for what is wrong whatever else is enrolled. */
async function toWish(parts: EnrolParts, occasion: Occasion): Promise<Wish> {
  const { certificates, looks, clock } = parts
  const { request, bearer } = occasion
  const { organization } = bearer
  const facts = readDeviceFacts(request.context)
  const receipt = await readReceipt(parts, bearer, facts)
  const [standing, organizationName, poll] = await Promise.all([
    certificates.prepare(organization),
    looks.nameOf(organization),
    looks.pollOf(organization),
  ])
  const { sha1Allowed } = standing.settings
  const checked = checkCertificateRequest(request.request, { sha1Allowed })
  if (checked.kind === 'refused') throw new Refused(REQUEST_REFUSALS[checked.refusal])
  const { publicKey, isSha1 } = checked
  return {
    ...occasion,
    facts,
    receipt,
    publicKey,
    use: tokenUseOf(bearer, publicKey),
    standing,
    organizationName,
    poll,
    step: { ...stepOf({ ...occasion, facts, receipt, isSha1 }), at: clock.now() },
  }
}

/** The receipt, if there is one. @throws {Refused} for one that is not for this person, or not ours. */
async function readReceipt(
  { clock, termsKeys }: EnrolParts,
  { organization, proof }: Bearer,
  { receipt }: DeviceFacts,
): Promise<Receipt | undefined> {
  // A token of our own was never at the terms of use.
  if (receipt === undefined || proof.kind === 'own') return undefined
  const verdict = judgeReceipt(receipt, await termsKeys.find(organization), clock.now())
  if (verdict.kind === 'refused') throw new Refused(verdict.reason)
  const { tid, oid } = verdict.receipt
  if (tid !== proof.claims.tenantId || oid !== proof.claims.oid)
    throw new Refused('receiptOfAnother')
  return verdict.receipt
}

/** What a token was used for. Of our own, only those that are good for once are looked at in this way. */
function tokenUseOf({ proof }: Bearer, publicKey: Uint8Array): TokenUse | undefined {
  const key = Buffer.from(publicKey).toString('base64')
  if (proof.kind === 'own') {
    const { id, most_uses, expires_at } = proof.token
    if (most_uses !== 1) return undefined
    return { tokenHash: hashOf('own', id), requestHash: hashOf(key), expiresAt: expires_at }
  }
  const { id, oid, deviceId, expiresAt } = proof.claims
  return {
    tokenHash: hashOf('entra', oid, id),
    requestHash: hashOf(deviceId ?? '', key),
    expiresAt,
  }
}
