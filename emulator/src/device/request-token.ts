import { ns, valueTypes } from './namespaces.ts'
import type { DeviceProfile } from './profile.ts'
import { child, children, type Element, isInOrder, text } from './read-xml.ts'
import { codes, WindowsError } from './windows-error.ts'
import { escapeXml } from './write-envelope.ts'

/** Whose the enrolment is: the machine's with a join, else the person's. */
export type EnrolmentType = 'Device' | 'Full'

/** Names and values of the additional context; a name may repeat. */
export type Context = readonly (readonly [name: string, value: string])[]

/** What Windows tells about itself beside the request for a certificate. */
export function toContext(
  profile: DeviceProfile,
  options: {
    enrolmentType: EnrolmentType
    opaqueBlob: string | undefined
    isInOobe: boolean
    startedByPerson: boolean
    /** The version that discovery agreed on. */
    version: string
  },
): Context {
  return [
    ['UXInitiated', String(options.startedByPerson)],
    ['HWDevID', profile.hardwareId],
    ['Locale', profile.locale],
    ['TargetedUserLoggedIn', String(!options.isInOobe)],
    ['OSEdition', String(profile.edition)],
    ['DeviceName', profile.name],
    ...profile.macs.map((mac) => ['MAC', mac] as const),
    ['DeviceID', profile.deviceId],
    ['EnrollmentType', options.enrolmentType],
    ['DeviceType', 'CIMClient_Windows'],
    ['OSVersion', profile.osVersion],
    ['ApplicationVersion', profile.osVersion],
    // `false` means in OOBE by its name; a recording from Settings shows it, too.
    ['NotInOobe', String(!options.isInOobe)],
    ['Manufacturer', profile.manufacturer],
    ['DeviceModel', profile.model],
    ['SerialNumber', profile.serialNumber],
    ...(options.opaqueBlob === undefined ? [] : [['EnrollmentData', options.opaqueBlob] as const]),
    ...(Number(options.version) >= 5 ? [['RequestVersion', options.version] as const] : []),
  ]
}

/** Writes the request for a certificate, the first one or a renewal. */
export function writeRequest(request: {
  readonly kind: 'Issue' | 'Renew'
  /** Base64: of a PKCS#10, or at a renewal of the PKCS#7 around it. */
  readonly message: string
  readonly context: Context
}): string {
  const type = request.kind === 'Issue' ? valueTypes.pkcs10 : valueTypes.pkcs7
  const items = request.context
    .map(
      ([name, value]) =>
        `<ac:ContextItem Name="${escapeXml(name)}"><ac:Value>${escapeXml(value)}</ac:Value></ac:ContextItem>`,
    )
    .join('')
  return (
    `<wst:RequestSecurityToken><wst:TokenType>${valueTypes.token}</wst:TokenType>` +
    `<wst:RequestType>${ns.trust}/${request.kind}</wst:RequestType>` +
    `<wsse:BinarySecurityToken ValueType="${type}" EncodingType="${valueTypes.base64}">` +
    // Windows breaks the lines.
    `${request.message.replace(/.{76}(?=.)/g, '$&\r\n')}</wsse:BinarySecurityToken>` +
    `<ac:AdditionalContext xmlns="${ns.authorization}">${items}</ac:AdditionalContext>` +
    '</wst:RequestSecurityToken>'
  )
}

const responseOrder = ['TokenType', 'DispositionMessage', 'RequestedSecurityToken', 'RequestID']

/** Takes the provisioning document (base64) out of the answer. @throws WindowsError */
export function readIssued(content: Element): string {
  if (
    content.localName !== 'RequestSecurityTokenResponseCollection' ||
    content.namespaceURI !== ns.trust
  )
    throw bad(`no RequestSecurityTokenResponseCollection but ${content.nodeName}`)
  const response = child(content, ns.trust, 'RequestSecurityTokenResponse')
  if (!response || children(content).length !== 1) throw bad('not exactly one response')
  if (!isInOrder(response, responseOrder)) throw bad('the response is not in order')
  const tokenType = text(child(response, ns.trust, 'TokenType'))
  if (tokenType !== valueTypes.token) throw bad(`TokenType is ${tokenType}`)
  if (!child(response, ns.enrolment, 'DispositionMessage'))
    throw bad('DispositionMessage is missing')
  if (text(child(response, ns.enrolment, 'RequestID')) === undefined)
    throw bad('RequestID is missing')
  const token = child(
    child(response, ns.trust, 'RequestedSecurityToken'),
    ns.security,
    'BinarySecurityToken',
  )
  if (!token) throw bad('BinarySecurityToken is missing')
  const valueType = token.getAttribute('ValueType')
  if (valueType !== valueTypes.document) throw bad(`ValueType is ${valueType}`)
  const encoding = token.getAttribute('EncodingType')
  if (encoding?.toLowerCase() !== valueTypes.base64.toLowerCase())
    throw bad(`EncodingType is ${encoding}`)
  return text(token) ?? ''
}

function bad(reason: string): WindowsError {
  return new WindowsError(codes.messageFormat, reason)
}
