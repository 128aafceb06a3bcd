import { createPrivateKey, X509Certificate } from 'node:crypto'
import { valueAt } from '../csp/carry-out.ts'
import { fact, type Machine } from '../csp/machine.ts'
import type { DeviceEnrolment } from '../provision.ts'
import { makeSignedData } from '../signed-data.ts'
import type { Tampering } from '../tampering.ts'
import type { Answer, Sending, Transport } from '../transport.ts'
import type { Report } from './violation.ts'

const contentType = 'application/vnd.syncml.dm+xml'

/** What a session sends with each of its messages. */
export type Post = {
  readonly transport: Transport
  readonly enrolment: DeviceEnrolment
  readonly address: string
  /** First message of an enrolment: it says its EntDMID once. */
  readonly isFirstEver: boolean
  /** Base of the correlation vector. */
  readonly vector: string
  readonly userToken: string | undefined
  readonly deviceToken: { readonly token: string; readonly as: 'bearer' | 'header' } | undefined
  readonly tamper: Tampering['session']
}

/** Posts a message. @throws WindowsError when the network fails */
export async function postSyncml(machine: Machine, body: string, post: Post): Promise<Answer> {
  const { enrolment, userToken, deviceToken } = post
  const bearer = userToken ?? (deviceToken?.as === 'bearer' ? deviceToken.token : undefined)
  const mustSign = valueAt(machine, `${providerPath(enrolment)}/RequireMessageSigning`) === 'true'
  const isSecure = post.address.startsWith('https:')
  const honest: Sending = {
    method: 'POST',
    url: toUrl(post.address),
    headers: {
      'content-type': contentType,
      accept: `${contentType}, application/vnd.syncml.dm+wbxml, application/octet-stream`,
      'accept-charset': 'UTF-8',
      'accept-encoding': 'gzip',
      'user-agent': 'MSFT OMA DM Client/1.2.0.1',
      'ms-cv': post.vector,
      ...(post.isFirstEver
        ? { 'client-request-id': String(enrolment.dmClient['EntDMID'] ?? '0') }
        : {}),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(deviceToken?.as === 'header' ? { devicetoken: deviceToken.token } : {}),
      ...(mustSign ? signatureOf(machine, body, enrolment) : {}),
    },
    body,
    ...(isSecure && fact(machine, 'sendsCertificate')
      ? { identity: { certificate: enrolment.certificate, privateKey: enrolment.privateKey } }
      : {}),
  }
  return post.transport.send((await post.tamper?.(honest)) ?? honest)
}

export function providerPath({ account }: DeviceEnrolment): string {
  return `./Device/Vendor/MSFT/DMClient/Provider/${encodeURIComponent(account.providerId)}`
}

/** The address may have a query of its own. */
function toUrl(address: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}mode=Maintenance&Platform=WoA`
}

function signatureOf(machine: Machine, body: string, enrolment: DeviceEnrolment) {
  const signature = makeSignedData({
    content: Buffer.from(body),
    certificate: new X509Certificate(enrolment.certificate),
    privateKey: createPrivateKey(enrolment.privateKey),
    now: machine.now(),
    isDetached: true,
  }).toString('base64')
  const name = fact(machine, 'signatureHeader')
  const names = name === 'both' ? (['MDM-Signature', 'MS-Signature'] as const) : [name]
  return Object.fromEntries(names.map((each) => [each.toLowerCase(), signature]))
}

/** Whether Windows takes the answer as one of its management server. */
export function judgeAnswer(
  { headers, body }: Answer,
  longest: number | undefined,
  report: Report,
): boolean {
  if (headers['transfer-encoding'] !== undefined || headers['content-length'] === undefined) {
    report('chunkedAnswer', `Transfer-Encoding ${headers['transfer-encoding']}, no Content-Length`)
    return false
  }
  if (headers['content-encoding'] !== undefined) {
    report('contentEncoding', `Content-Encoding ${headers['content-encoding']}`)
    return false
  }
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== contentType) {
    report('contentType', `Content-Type ${headers['content-type']}`)
    return false
  }
  if (longest !== undefined && body.length > longest)
    report('oversize', `${body.length} bytes, at most ${longest} were asked for`)
  return true
}
