import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { toPem } from '../entra/certificate.ts'
import { type Characteristic, parmOf, walk } from './wap.ts'
import { codes, WindowsError } from './windows-error.ts'

/** Where the device's certificate goes: with a join to the machine, else to the person. */
export type Store = 'System' | 'User'

export type InstalledCertificates = {
  /** The device's own, PEM. */
  readonly certificate: string
  /** PEM; those of a renewal may be none. */
  readonly roots: readonly string[]
  readonly intermediates: readonly string[]
  readonly renew: RenewSettings | undefined
}

export type RenewSettings = {
  readonly automatic: boolean
  /** Days before the end at which the device asks. */
  readonly periodDays: number
  readonly retryDays: number
  readonly serverUrl: string | undefined
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/**
 * Installs what stands under CertificateStore, as far as that can be judged without Windows.
 *
 * @param options.known authorities that are in place already, PEM
 * @throws WindowsError 0x8018001E
 */
export function judgeCertificates(
  document: Characteristic,
  options: {
    key: KeyObject
    store: Store
    known: { readonly roots: readonly string[]; readonly intermediates: readonly string[] }
    now: Date
  },
): InstalledCertificates {
  const stores = document.inside.filter(({ type }) => type === 'CertificateStore')
  if (stores.length === 0) throw bad('no CertificateStore')
  const all = (...path: string[]) => stores.flatMap((store) => walk(store, ...path) ?? [])
  const roots = all('Root', 'System').flatMap(readStore)
  const intermediates = all('CA', 'System').flatMap(readStore)
  if (roots.length > 1 || intermediates.length > 1)
    throw bad(`${roots.length} roots and ${intermediates.length} intermediates`)
  const wrongStore = options.store === 'System' ? 'User' : 'System'
  if (all('My', wrongStore).length > 0)
    throw bad(`the certificate is for My/${wrongStore}, this enrolment needs My/${options.store}`)
  const own = all('My', options.store)
  const [certificate, ...more] = own.flatMap(readStore)
  if (!certificate || more.length > 0)
    throw bad(`${more.length + (certificate ? 1 : 0)} certificates in My/${options.store}`)
  if (!own.some(hasPrivateKeyContainer)) throw bad('PrivateKeyContainer is missing')
  checkCertificate(certificate, options.key, options.now)
  const read = (pems: readonly string[]) => pems.map((pem) => new X509Certificate(pem))
  checkChain(
    certificate,
    [...intermediates, ...read(options.known.intermediates)],
    [...roots, ...read(options.known.roots)],
  )
  return {
    certificate: toPem(certificate.raw),
    roots: roots.map(({ raw }) => toPem(raw)),
    intermediates: intermediates.map(({ raw }) => toPem(raw)),
    renew: all('My', 'WSTEP', 'Renew').map((node) => readRenew(node, certificate))[0],
  }
}

function readStore(store: Characteristic): X509Certificate[] {
  return store.inside
    .filter(({ type }) => type !== 'PrivateKeyContainer')
    .map((entry) => {
      const encoded = parmOf(entry, 'EncodedCertificate')
      if (encoded === undefined) throw bad(`${entry.type} has no EncodedCertificate`)
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
        throw bad(`the certificate of ${entry.type} is not base64 in one line`)
      const der = Buffer.from(encoded, 'base64')
      const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase()
      if (entry.type !== thumbprint)
        throw bad(`the thumbprint is ${thumbprint}, but the node is called ${entry.type}`)
      try {
        return new X509Certificate(der)
      } catch {
        throw bad(`${entry.type} is no certificate`)
      }
    })
}

const isContainer = ({ type }: Characteristic) => type === 'PrivateKeyContainer'

/** Beside the certificate or inside it: both were seen to work. */
function hasPrivateKeyContainer(store: Characteristic): boolean {
  return store.inside.some((entry) => isContainer(entry) || entry.inside.some(isContainer))
}

function checkCertificate(certificate: X509Certificate, key: KeyObject, now: Date): void {
  if (!certificate.checkPrivateKey(key))
    throw new WindowsError(codes.certificateNotFound, 'the certificate is not for our key')
  const usages: readonly string[] = certificate.keyUsage ?? []
  if (!usages.includes(clientAuthentication)) throw bad('the certificate is not for clientAuth')
  if (certificate.ca) throw bad('the certificate is one of an authority')
  const isValid =
    Date.parse(certificate.validFrom) <= now.getTime() &&
    Date.parse(certificate.validTo) > now.getTime()
  if (!isValid)
    throw bad(`the certificate holds from ${certificate.validFrom} to ${certificate.validTo}`)
}

function checkChain(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): void {
  const isIssuedBy = (child: X509Certificate, issuer: X509Certificate) =>
    issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey)
  for (const root of roots) if (!isIssuedBy(root, root)) throw bad('the root is no root')
  const reaches = (child: X509Certificate) => roots.some((root) => isIssuedBy(child, root))
  const isChained =
    reaches(certificate) ||
    intermediates.some((issuer) => isIssuedBy(certificate, issuer) && reaches(issuer))
  if (!isChained) throw bad('the certificate does not lead to the root')
}

function readRenew(node: Characteristic, certificate: X509Certificate): RenewSettings {
  const parm = (name: string, datatype: string) => {
    const found = node.parms.find((candidate) => candidate.name === name)
    if (found && found.datatype !== datatype) throw bad(`${name} needs datatype ${datatype}`)
    return found?.value
  }
  const automatic = parm('ROBOSupport', 'boolean')
  const periodDays = Number(parm('RenewPeriod', 'integer') ?? 42)
  const retryDays = Number(parm('RetryInterval', 'integer') ?? 7)
  // MS: federated and Entra enrolments know automatic renewal only; false is answered with 405.
  if (automatic !== 'true') throw bad(`ROBOSupport is ${automatic}`)
  const lifeDays =
    (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000
  if (!(Number.isInteger(periodDays) && periodDays >= 1 && periodDays <= 1000))
    throw bad(`RenewPeriod is ${periodDays}`)
  if (periodDays >= lifeDays) throw bad(`RenewPeriod ${periodDays} is longer than the certificate`)
  if (!(Number.isInteger(retryDays) && retryDays >= 1 && retryDays < periodDays))
    throw bad(`RetryInterval is ${retryDays}`)
  return { automatic: true, periodDays, retryDays, serverUrl: parm('ServerURL', 'string') }
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.certificateStoreFailed, `CertificateStore: ${reason}`)
}
