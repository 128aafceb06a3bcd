import { node, writeXml, type XmlNode } from '../xml/write-xml.ts'

/** A certificate on its way to a device: DER in base64 on one line, and its SHA-1 in upper-case hex. */
export type EncodedCertificate = { readonly base64: string; readonly thumbprint: string }

/** Where Windows keeps the certificate: the machine's store, or that of the person who enrols. */
export type CertificateHome = 'System' | 'User'

/** One side's proof by digest: secret and first nonce, the nonce in base64. */
export type DigestSecret = { readonly secret: string; readonly nonce: string }

/** How often a device asks: at first often, then less, then for ever. Minutes. */
export type PollSchedule = {
  readonly first: { readonly times: number; readonly minutes: number }
  readonly second: { readonly times: number; readonly minutes: number }
  readonly afterwardsMinutes: number
  readonly onSignIn: boolean
}

export type Provisioning = {
  readonly providerId: string
  /** Shown in Windows' settings. */
  readonly name: string
  readonly managementUrl: string
  /** Ours of the device, which is also the subject of its certificate: `CN=<deviceId>`. */
  readonly deviceId: string
  readonly deviceName: string
  readonly userPrincipalName: string | undefined
  readonly home: CertificateHome
  readonly root: EncodedCertificate
  readonly intermediate: EncodedCertificate | undefined
  readonly certificate: EncodedCertificate
  /** Days before its end at which a certificate is renewed, and between two tries. */
  readonly renewal: { readonly periodDays: number; readonly retryDays: number }
  /** How the server proves itself to the device, and the device to the server. */
  readonly serverDigest: DigestSecret
  readonly deviceDigest: DigestSecret
  readonly poll: PollSchedule
}

const group = (type: string, ...content: readonly (XmlNode | undefined)[]) =>
  node('characteristic', { type }, content)
const parm = (name: string, value?: string | number, datatype?: 'integer' | 'boolean' | 'string') =>
  node('parm', { name, value: value === undefined ? undefined : String(value), datatype })

/**
 * The document that makes a device ours. Names are as Windows has them: upper case within APPLICATION,
 * the case of the CSP elsewhere.
 *
 * @see windows-mdm.md 4.7
 */
export function writeProvisioning(given: Provisioning): string {
  return writeDocument([
    group(
      'CertificateStore',
      group('Root', group('System', stored(given.root))),
      given.intermediate && group('CA', group('System', stored(given.intermediate))),
      group('My', ownCertificate(given), wstep(given)),
    ),
    application(given),
    dmClient(given),
  ])
}

/** What a device gets that renews: the new certificate and whose it is, nothing else. */
export function writeRenewal(
  given: Pick<Provisioning, 'providerId' | 'home' | 'certificate'> &
    Partial<Pick<Provisioning, 'root' | 'intermediate'>>,
): string {
  const { providerId, root, intermediate } = given
  return writeDocument([
    group(
      'CertificateStore',
      root && group('Root', group('System', stored(root))),
      intermediate && group('CA', group('System', stored(intermediate))),
      group('My', ownCertificate(given)),
    ),
    group('APPLICATION', parm('PROVIDER-ID', providerId)),
  ])
}

function writeDocument(content: readonly XmlNode[]): string {
  return writeXml(node('wap-provisioningdoc', { version: '1.1' }, content))
}

function stored({ thumbprint, base64 }: EncodedCertificate): XmlNode {
  return group(thumbprint, parm('EncodedCertificate', base64))
}

function ownCertificate({ home, certificate }: Pick<Provisioning, 'home' | 'certificate'>) {
  return group(home, stored(certificate), group('PrivateKeyContainer'))
}

function wstep({ renewal: { periodDays, retryDays } }: Provisioning): XmlNode {
  return group(
    'WSTEP',
    group(
      'Renew',
      parm('ROBOSupport', 'true', 'boolean'),
      parm('RenewPeriod', periodDays, 'integer'),
      parm('RetryInterval', retryDays, 'integer'),
    ),
  )
}

function application(given: Provisioning): XmlNode {
  const { deviceId, home } = given
  const digest = (level: 'CLIENT' | 'APPSRV', { secret, nonce }: DigestSecret) =>
    group(
      'APPAUTH',
      parm('AAUTHLEVEL', level),
      parm('AAUTHTYPE', 'DIGEST'),
      level === 'APPSRV' ? parm('AAUTHNAME', deviceId) : undefined,
      parm('AAUTHSECRET', secret),
      parm('AAUTHDATA', nonce),
    )
  return group(
    'APPLICATION',
    parm('APPID', 'w7'),
    parm('PROVIDER-ID', given.providerId),
    parm('NAME', given.name),
    parm('ADDR', given.managementUrl),
    parm('CONNRETRYFREQ', 6),
    parm('INITIALBACKOFFTIME', 30_000),
    parm('MAXBACKOFFTIME', 120_000),
    parm('BACKCOMPATRETRYDISABLED'),
    // So that it never speaks WBXML.
    parm('DEFAULTENCODING', 'application/vnd.syncml.dm+xml'),
    parm(
      'SSLCLIENTCERTSEARCHCRITERIA',
      `Subject=${encodeURIComponent(`CN=${deviceId}`)}&Stores=${encodeURIComponent(`My\\${home}`)}`,
    ),
    digest('CLIENT', given.serverDigest),
    digest('APPSRV', given.deviceDigest),
  )
}

function dmClient(given: Provisioning): XmlNode {
  const { poll, userPrincipalName } = given
  return group(
    'DMClient',
    group(
      'Provider',
      group(
        given.providerId,
        userPrincipalName === undefined ? undefined : parm('UPN', userPrincipalName, 'string'),
        parm('EntDeviceName', given.deviceName, 'string'),
        // Renewal does not work before it is known.
        parm('EntDMID', given.deviceId, 'string'),
        parm('RequireMessageSigning', 'true', 'boolean'),
        group(
          'Poll',
          parm('NumberOfFirstRetries', poll.first.times, 'integer'),
          parm('IntervalForFirstSetOfRetries', poll.first.minutes, 'integer'),
          parm('NumberOfSecondRetries', poll.second.times, 'integer'),
          parm('IntervalForSecondSetOfRetries', poll.second.minutes, 'integer'),
          // 0: for ever.
          parm('NumberOfRemainingScheduledRetries', 0, 'integer'),
          parm('IntervalForRemainingScheduledRetries', poll.afterwardsMinutes, 'integer'),
          parm('PollOnLogin', String(poll.onSignIn), 'boolean'),
          parm('AllUsersPollOnFirstLogin', String(poll.onSignIn), 'boolean'),
        ),
      ),
    ),
  )
}
