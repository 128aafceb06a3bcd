import {
  addCertificate,
  type Certificates,
  checkRenewal,
  type StoredCertificate,
} from '../certificates/index.ts'
import { findDevice } from '../devices/index.ts'
import type { Audit } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { provisionRenewal } from './provision.ts'
import { type Refusal, Refused } from './refusal.ts'
import { addStep } from './steps-store.ts'

type Parts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly certificates: Pick<Certificates, 'prepare' | 'make'>
}

/** Why a renewal is refused, by what the certificates' room says. */
const REFUSALS = {
  malformed: 'renewalMalformed',
  signature: 'renewalSignature',
  foreign: 'renewalForeign',
  unknown: 'renewalForeign',
  expired: 'renewalExpired',
  notYet: 'renewalExpired',
  revoked: 'renewalRevoked',
  replaced: 'renewalRevoked',
  algorithm: 'requestAlgorithm',
  sha1: 'requestSha1',
  weakKey: 'requestWeakKey',
  keyKind: 'requestKeyKind',
} as const satisfies Record<string, Refusal>

/** A renewal that is refused, of a device that is known. */
export class RenewalRefused extends Refused {
  readonly signer: StoredCertificate | undefined

  constructor(refusal: Refusal, signer: StoredCertificate | undefined) {
    super(refusal)
    this.signer = signer
  }
}

/**
 * Gives a device a new certificate in return for a request that its present one signed. Both are good
 * until the new one was used: an answer can get lost.
 *
 * @returns the provisioning document.
 * @throws {RenewalRefused}
 * @see windows-mdm.md 4.9
 */
export async function renewCertificate(
  { db, clock, certificates }: Parts,
  occasion: { readonly request: Uint8Array; readonly traceId: string; readonly audit: Audit },
): Promise<string> {
  const now = clock.now()
  const checked = await checkRenewal(db, occasion.request, { now })
  if (checked.kind === 'refused') {
    throw new RenewalRefused(REFUSALS[checked.refusal], checked.signer)
  }
  const { signer, publicKey, isSha1 } = checked
  const { organization, deviceId } = signer
  const standing = await certificates.prepare(organization)
  if (isSha1 && !standing.settings.sha1Allowed) throw new RenewalRefused('requestSha1', signer)
  return await db.transaction().execute(async (tx) => {
    const device = await findDevice(tx, organization, deviceId)
    if (device?.state !== 'enrolled') throw new RenewalRefused('renewalDeviceGone', signer)
    const issued = await certificates.make(tx, standing, { deviceId, publicKey })
    await addCertificate(tx, issued).execute()
    await addStep(tx, organization, {
      step: 'renewal',
      at: now,
      traceId: occasion.traceId,
      deviceId,
      deviceName: device.name,
      userEntraId: device.user_entra_id ?? undefined,
      userName: device.user_principal_name ?? undefined,
      entraDeviceId: device.entra_device_id ?? undefined,
      facts: { certificate: issued.fingerprint },
    })
    await occasion.audit(
      tx,
      {
        action: 'device.certificate-renewed',
        object: { kind: 'device', id: device.id, name: device.name },
        details: { before: signer.fingerprint, after: issued.fingerprint },
      },
      { organization, actor: { kind: 'system', id: null, name: 'Mooring' } },
    )
    const isMoved = issued.authorityId !== signer.authorityId
    return provisionRenewal(device.scope, issued.der, isMoved ? issued.authority : undefined)
  })
}
