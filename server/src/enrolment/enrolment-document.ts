import { X509Certificate } from 'node:crypto'
import { findAuthorityCertificates } from '../certificates/index.ts'
import { findDevice } from '../devices/index.ts'
import { loadOrganization } from '../organizations/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { DIGESTS_PURPOSE, Digests } from './digests.ts'
import { provisionDevice } from './provision.ts'
import { Refused } from './refusal.ts'

type DocumentParts = {
  readonly clock: Clock
  readonly publicUrl: URL
  readonly secrets: Pick<Secrets, 'open'>
}

type Document = Omit<Parameters<typeof provisionDevice>[0], 'publicUrl' | 'organizationName'> & {
  readonly organization: OrganizationId
}

export async function writeDocument(
  tx: Db,
  { publicUrl }: Pick<DocumentParts, 'publicUrl'>,
  given: Document,
): Promise<string> {
  const { name } = await loadOrganization(tx, given.organization)
  return provisionDevice({ ...given, publicUrl, organizationName: name })
}

/** The answer that was lost on its way. */
export async function repeatAnswer(
  tx: Db,
  parts: DocumentParts,
  use: {
    readonly organization: OrganizationId
    readonly deviceId: string
    readonly certificate: Uint8Array
  },
): Promise<string> {
  const { organization } = use
  const device = await findDevice(tx, organization, use.deviceId)
  if (!device?.secret_id || device.state !== 'enrolled') throw new Refused('tokenUsed')
  const opened = await parts.secrets.open(tx, organization, device.secret_id, DIGESTS_PURPOSE)
  const certificate = new X509Certificate(use.certificate)
  const authorities = await findAuthorityCertificates(tx, organization, parts.clock.now())
  const authority = authorities.find(({ root, intermediate }) =>
    certificate.verify(new X509Certificate(intermediate ?? root).publicKey),
  )
  if (!authority) throw new Refused('tokenUsed')
  return await writeDocument(tx, parts, {
    organization,
    device,
    userPrincipalName: device.user_principal_name ?? undefined,
    certificate: {
      der: use.certificate,
      notBefore: certificate.validFromDate,
      notAfter: certificate.validToDate,
    },
    authority,
    digests: Digests.parse(JSON.parse(opened)),
  })
}
