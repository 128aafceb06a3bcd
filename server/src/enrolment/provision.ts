import { createHash } from 'node:crypto'
import type { PollSchedule } from '@mooring/contract/poll-schedule'
import type { AuthorityCertificates } from '../certificates/index.ts'
import {
  type EncodedCertificate,
  writeProvisioning,
  writeRenewal,
} from '../formats/enrolment/provisioning-document.ts'
import type { Digests } from './digests.ts'

/** How Windows knows this product; it is part of many paths on the device and never changes. */
export const PROVIDER_ID = 'Mooring'
export const MANAGEMENT_PATH = '/ManagementServer/MDM.svc'

const DAY_MS = 24 * 60 * 60_000
/** Asked for again every few days once the time has come. */
const RETRY_DAYS = 4

/** Begins to renew when about half of its time is over; Windows allows 1 to 1000 days. */
export function renewalDays({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }): number {
  const days = (notAfter.getTime() - notBefore.getTime()) / DAY_MS
  return Math.max(RETRY_DAYS + 1, Math.min(1000, Math.floor(days * 0.45)))
}

type OwnCertificate = {
  readonly der: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
}
type Given = {
  /** Where managed devices come. */
  readonly deviceUrl: URL
  readonly device: { readonly id: string; readonly name: string; readonly scope: 'device' | 'user' }
  readonly organizationName: string
  readonly userPrincipalName: string | undefined
  readonly certificate: OwnCertificate
  readonly authority: Pick<AuthorityCertificates, 'root' | 'intermediate'>
  readonly digests: Digests
  readonly poll: PollSchedule
}

/** The document that makes a device ours. */
export function provisionDevice(given: Given): string {
  const { deviceUrl, device, certificate, authority, digests, poll } = given
  return writeProvisioning({
    providerId: PROVIDER_ID,
    name: given.organizationName,
    managementUrl: deviceUrl.origin + MANAGEMENT_PATH,
    deviceId: device.id,
    deviceName: device.name,
    userPrincipalName: given.userPrincipalName,
    home: homeOf(device.scope),
    root: encode(authority.root),
    intermediate: authority.intermediate && encode(authority.intermediate),
    certificate: encode(certificate.der),
    renewal: { periodDays: renewalDays(certificate), retryDays: RETRY_DAYS },
    serverDigest: digests.server,
    deviceDigest: digests.device,
    poll,
  })
}

/**
 * What a device gets that renews.
 *
 * @param authority where it is another one than before: the device does not trust it yet.
 */
export function provisionRenewal(
  scope: 'device' | 'user',
  der: Uint8Array,
  authority?: Pick<AuthorityCertificates, 'root' | 'intermediate'>,
): string {
  return writeRenewal({
    providerId: PROVIDER_ID,
    home: homeOf(scope),
    certificate: encode(der),
    ...(authority ? { root: encode(authority.root) } : {}),
    ...(authority?.intermediate ? { intermediate: encode(authority.intermediate) } : {}),
  })
}

const homeOf = (scope: 'device' | 'user') => (scope === 'device' ? 'System' : 'User')

function encode(der: Uint8Array): EncodedCertificate {
  return {
    base64: Buffer.from(der).toString('base64'),
    // What Windows names certificates by; it protects nothing.
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
  }
}
