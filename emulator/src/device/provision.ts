import type { KeyObject } from 'node:crypto'
import {
  findClientCertificate,
  judgeApplication,
  type ManagementAccount,
  readProviderId,
} from './judge-application.ts'
import {
  type InstalledCertificates,
  judgeCertificates,
  type RenewSettings,
  type Store,
} from './judge-certificates.ts'
import { type DmClientSettings, judgeDmClient } from './judge-dm-client.ts'
import { readWap } from './wap.ts'
import { codes, WindowsError } from './windows-error.ts'

/** What a device keeps of its enrolment. */
export type DeviceEnrolment = {
  /** The MDM device id: Source of every session. */
  readonly deviceId: string
  readonly user: string | undefined
  readonly store: Store
  readonly enrolmentUrl: string
  /** PEM. */
  readonly certificate: string
  readonly privateKey: string
  readonly roots: readonly string[]
  readonly intermediates: readonly string[]
  readonly account: ManagementAccount
  readonly renew: RenewSettings | undefined
  readonly dmClient: DmClientSettings
}

type Known = {
  readonly key: KeyObject
  readonly store: Store
  readonly now: Date
}

const topLevel = ['CertificateStore', 'APPLICATION', 'DMClient']

/**
 * Carries out a provisioning document. Part by part as Windows does, each with its own code.
 *
 * @param document base64, as it stands in the answer
 * @throws WindowsError
 */
export function provision(document: string, known: Known) {
  const tree = read(document)
  const installed = judgeCertificates(tree, { ...known, known: { roots: [], intermediates: [] } })
  const account = judgeApplication(tree)
  findClientCertificate(account.searchCriteria, installed.certificate, known.store)
  const dmClient = judgeDmClient(tree, account.providerId)
  return { ...installed, account, dmClient }
}

/** Carries out the shorter document of a renewal. @throws WindowsError */
export function provisionRenewal(
  document: string,
  known: Known & { readonly enrolment: DeviceEnrolment },
): InstalledCertificates {
  const tree = read(document)
  const { account } = known.enrolment
  const installed = judgeCertificates(tree, { ...known, known: known.enrolment })
  const application = tree.inside.find(({ type }) => type === 'APPLICATION')
  const providerId = readProviderId(application)
  if (providerId !== account.providerId)
    throw new WindowsError(codes.applicationFailed, `a renewal by another provider: ${providerId}`)
  findClientCertificate(account.searchCriteria, installed.certificate, known.store)
  return installed
}

function read(document: string) {
  const packed = document.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed))
    throw new WindowsError(codes.messageFormat, 'the provisioning document is not base64')
  const tree = readWap(Buffer.from(packed, 'base64').toString('utf8'))
  const stranger = tree.inside.find(({ type }) => !topLevel.includes(type))
  if (stranger)
    throw new WindowsError(codes.otherProviderFailed, `an unknown characteristic ${stranger.type}`)
  if (tree.parms.length > 0) throw new WindowsError(codes.otherProviderFailed, 'a parm at the top')
  return tree
}
