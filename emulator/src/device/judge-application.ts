import { X509Certificate } from 'node:crypto'
import type { Store } from './judge-certificates.ts'
import { type Characteristic, parmOf } from './wap.ts'
import { codes, WindowsError } from './windows-error.ts'

/** The account with the management server. */
export type ManagementAccount = {
  readonly providerId: string
  readonly name: string | undefined
  readonly address: string
  readonly searchCriteria: string
  /** How the server proves itself, and how the device does. */
  readonly server: AccountSecret
  readonly client: AccountSecret
}
type AccountSecret = {
  readonly type: string
  readonly name: string | undefined
  readonly secret: string
  readonly nonce: string | undefined
}

const parmNames = [
  'APPID',
  'PROVIDER-ID',
  'NAME',
  'ADDR',
  'CONNRETRYFREQ',
  'INITIALBACKOFFTIME',
  'MAXBACKOFFTIME',
  'BACKCOMPATRETRYDISABLED',
  'DEFAULTENCODING',
  'SSLCLIENTCERTSEARCHCRITERIA',
  'ROLE',
  'PROTOVER',
  'USEHWDEVID',
  'CRLCheck',
  'ServerList',
  'TO-NAPID',
]

/** Sets up the w7 account. @throws WindowsError 0x8018001F */
export function judgeApplication(document: Characteristic): ManagementAccount {
  const applications = document.inside.filter(({ type }) => type === 'APPLICATION')
  const [application] = applications
  if (!application || applications.length > 1) throw bad(`${applications.length} of them`)
  for (const { name } of application.parms)
    if (!parmNames.includes(name)) throw bad(`an unknown parm ${name}`)
  if (parmOf(application, 'APPID') !== 'w7') throw bad('APPID is not w7')
  const address = parmOf(application, 'ADDR')
  if (address === undefined || !/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw bad(`ADDR is ${address}`)
  const encoding = parmOf(application, 'DEFAULTENCODING')
  if (
    encoding !== 'application/vnd.syncml.dm+xml' &&
    encoding !== 'application/vnd.syncml.dm+wbxml'
  )
    throw bad(`DEFAULTENCODING is ${encoding}`)
  for (const name of ['CONNRETRYFREQ', 'INITIALBACKOFFTIME', 'MAXBACKOFFTIME'])
    if (!/^\d+$/.test(parmOf(application, name) ?? '0')) throw bad(`${name} is no number`)
  return {
    providerId: readProviderId(application),
    name: parmOf(application, 'NAME'),
    address,
    searchCriteria: parmOf(application, 'SSLCLIENTCERTSEARCHCRITERIA') ?? '',
    server: readSecret(application, 'CLIENT'),
    client: readSecret(application, 'APPSRV'),
  }
}

/** The provider's name, which must be there at a renewal, too. */
export function readProviderId(application: Characteristic | undefined): string {
  const providerId = parmOf(application, 'PROVIDER-ID')
  if (!providerId || providerId.includes('/')) throw bad(`PROVIDER-ID is ${providerId}`)
  return providerId
}

function readSecret(application: Characteristic, level: 'CLIENT' | 'APPSRV'): AccountSecret {
  const found = application.inside.filter(
    (inner) => inner.type === 'APPAUTH' && parmOf(inner, 'AAUTHLEVEL') === level,
  )
  const [block] = found
  if (!block || found.length > 1) throw bad(`${found.length} APPAUTH of AAUTHLEVEL ${level}`)
  const type = parmOf(block, 'AAUTHTYPE')
  const secret = parmOf(block, 'AAUTHSECRET')
  const nonce = parmOf(block, 'AAUTHDATA')
  const name = parmOf(block, 'AAUTHNAME')
  if (type !== 'DIGEST' && !(type === 'BASIC' && level === 'APPSRV'))
    throw bad(`AAUTHTYPE of ${level} is ${type}`)
  if (!secret) throw bad(`AAUTHSECRET of ${level} is empty`)
  if (type === 'DIGEST' && !/^[A-Za-z0-9+/]+={0,2}$/.test(nonce ?? ''))
    throw bad(`AAUTHDATA of ${level} is no nonce in base64`)
  if (level === 'APPSRV' && !name) throw bad('AAUTHNAME of APPSRV is missing')
  return { type, name, secret, nonce }
}

/**
 * Looks for the client certificate as the management client will.
 *
 * @throws WindowsError 0x80180024 when the criterion does not lead to the certificate
 */
export function findClientCertificate(criteria: string, certificate: string, store: Store): void {
  const wanted = new Map(
    criteria.split('&').map((pair) => {
      const cut = pair.indexOf('=')
      return [pair.slice(0, cut), decode(pair.slice(cut + 1))]
    }),
  )
  const subjects = wanted.get('Subject')?.split('\uF000') ?? []
  const stores = wanted.get('Stores')?.split('\uF000') ?? []
  const own = toNames(new X509Certificate(certificate).subject.split('\n'))
  const isSubject = subjects.some((subject) => {
    const names = toNames(subject.split(/,(?=\s*[A-Za-z.0-9]+=)/))
    return names === own || names === own.split('|').toReversed().join('|')
  })
  const isStore = stores.some((name) => name.toLowerCase() === `my\\${store.toLowerCase()}`)
  if (isSubject && isStore) return
  throw new WindowsError(
    codes.clientCertificateNotFound,
    `SSLCLIENTCERTSEARCHCRITERIA ${criteria} does not find ${own} in My\\${store}`,
  )
}

function toNames(parts: readonly string[]): string {
  return parts.map((part) => part.trim().toLowerCase()).join('|')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.applicationFailed, `APPLICATION: ${reason}`)
}
