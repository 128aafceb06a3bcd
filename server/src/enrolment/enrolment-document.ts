import { X509Certificate } from 'node:crypto'
import { findAuthorityCertificates, type IssuedCertificate } from '../certificates/index.ts'
import { type EnrolledDevice, findDevice } from '../devices/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { DIGESTS_PURPOSE, Digests } from './digests.ts'
import type { Looks } from './looks.ts'
import { provisionDevice } from './provision.ts'
import { Refused } from './refusal.ts'
import type { Wish } from './wish.ts'

type DocumentParts = {
  readonly looks: Pick<Looks, 'nameOf' | 'pollOf'>
  readonly clock: Clock
  readonly deviceUrl: URL
  readonly secrets: Pick<Secrets, 'open'>
}

/** What a device gets that was enrolled just now. */
export const documentFor = (
  { deviceUrl }: Pick<DocumentParts, 'deviceUrl'>,
  { organizationName, poll }: Pick<Wish, 'organizationName' | 'poll'>,
  made: {
    readonly device: EnrolledDevice
    readonly issued: IssuedCertificate
    readonly digests: Digests
  },
): string =>
  provisionDevice({
    deviceUrl,
    organizationName,
    device: made.device,
    userPrincipalName: made.device.user?.userPrincipalName,
    certificate: made.issued,
    authority: made.issued.authority,
    digests: made.digests,
    poll,
  })

/** The answer that was lost on its way. */
export async function repeatAnswer(
  db: Db,
  parts: DocumentParts,
  use: {
    readonly organization: OrganizationId
    readonly deviceId: string
    readonly certificate: Uint8Array
  },
): Promise<string> {
  const { organization } = use
  const device = await findDevice(db, organization, use.deviceId)
  if (!device?.secret_id || device.state !== 'enrolled') throw new Refused('tokenUsed')
  const opened = await parts.secrets.open(db, organization, device.secret_id, DIGESTS_PURPOSE)
  const certificate = new X509Certificate(use.certificate)
  const authorities = await findAuthorityCertificates(db, organization, parts.clock.now())
  const authority = authorities.find(({ root, intermediate }) =>
    certificate.verify(new X509Certificate(intermediate ?? root).publicKey),
  )
  if (!authority) throw new Refused('tokenUsed')
  return provisionDevice({
    deviceUrl: parts.deviceUrl,
    organizationName: await parts.looks.nameOf(organization),
    device,
    userPrincipalName: device.user_principal_name ?? undefined,
    certificate: {
      der: use.certificate,
      notBefore: certificate.validFromDate,
      notAfter: certificate.validToDate,
    },
    authority,
    digests: Digests.parse(JSON.parse(opened)),
    poll: await parts.looks.pollOf(organization),
  })
}
