import { readEnvelope } from '../formats/soap/read-envelope.ts'
import { ACTIONS, NAMESPACES, type SoapAction } from '../formats/soap/soap-names.ts'
import { STRANGERS } from '../formats/xml/read-xml.ts'
import { findAt, textOf } from '../formats/xml/xml-element.ts'

// What Windows sends, as a client writes it; the formats only read these.

const TOKEN_TYPE =
  'http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentUserToken'
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#base64binary'
const PKCS10 = 'http://schemas.microsoft.com/windows/pki/2009/01/enrollment#PKCS10'
const TOKEN_KIND =
  'http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment/DeviceEnrollmentToken'

/** DER that can be read and says nothing. */
const EMPTY_SEQUENCE = 'MAA='

/** The question where and how to enrol. @see windows-mdm.md 2.2 */
export const writeDiscover = (to: string) =>
  envelope(
    'discover',
    to,
    `<Discover xmlns="${NAMESPACES.discovery}"><request><EmailAddress></EmailAddress>` +
      '<RequestVersion>4.0</RequestVersion><DeviceType>CIMClient_Windows</DeviceType>' +
      '<ApplicationVersion>10.0.26100.1</ApplicationVersion><OSEdition>48</OSEdition>' +
      '<AuthPolicies><AuthPolicy>Federated</AuthPolicy></AuthPolicies></request></Discover>',
  )

/** The question for the certificate policy. @see windows-mdm.md 3 */
export const writeGetPolicies = (to: string, token: string) =>
  envelope(
    'getPolicies',
    to,
    `<GetPolicies xmlns="${NAMESPACES.policy}"><client><lastUpdate xsi:nil="true"/>` +
      '<preferredLanguage xsi:nil="true"/></client><requestFilter xsi:nil="true"/></GetPolicies>',
    token,
  )

/**
 * A request for a certificate which no server may grant: what should be a certificate request is none.
 * A server that reads it and knows the token refuses with `s:CertificateRequest`, and nothing is enrolled.
 */
export const writeUnusableRequest = (to: string, token: string) =>
  envelope(
    'requestToken',
    to,
    `<wst:RequestSecurityToken><wst:TokenType>${TOKEN_KIND}</wst:TokenType>` +
      `<wst:RequestType>${NAMESPACES.trust}/Issue</wst:RequestType>` +
      `<wsse:BinarySecurityToken ValueType="${PKCS10}" EncodingType="${BASE64}">` +
      `${EMPTY_SEQUENCE}</wsse:BinarySecurityToken></wst:RequestSecurityToken>`,
    token,
  )

function envelope(action: SoapAction, to: string, body: string, token?: string): string {
  const security =
    token === undefined
      ? ''
      : `<wsse:Security s:mustUnderstand="1"><wsse:BinarySecurityToken ValueType="${TOKEN_TYPE}" ` +
        `EncodingType="${BASE64}">${Buffer.from(token).toString('base64')}` +
        '</wsse:BinarySecurityToken></wsse:Security>'
  return (
    `<s:Envelope xmlns:s="${NAMESPACES.soap}" xmlns:a="${NAMESPACES.addressing}" ` +
    `xmlns:wsse="${NAMESPACES.security}" xmlns:wst="${NAMESPACES.trust}" ` +
    `xmlns:xsi="${NAMESPACES.schemaInstance}"><s:Header>` +
    `<a:Action s:mustUnderstand="1">${ACTIONS[action]}</a:Action>` +
    '<a:MessageID>urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478</a:MessageID>' +
    `<a:To s:mustUnderstand="1">${escapeXml(to)}</a:To>${security}</s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`
  )
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** What an answer of enrolment holds, as far as it matters here. */
export type SoapAnswer =
  | { readonly kind: 'discovered'; readonly policyUrl: string; readonly enrolmentUrl: string }
  | { readonly kind: 'policies' }
  | { readonly kind: 'fault'; readonly subcode: string }
  | { readonly kind: 'other' }

/** Reads an answer; whatever is none of enrolment's is `other`. */
export function readSoapAnswer(bytes: Uint8Array): SoapAnswer {
  try {
    const { body } = readEnvelope(bytes, STRANGERS)
    if (body.name === 'Fault') {
      const subcode = textOf(findAt(body, 'Code', 'Subcode', 'Value')) ?? ''
      return { kind: 'fault', subcode: subcode.replace(/^\w+:/, '') }
    }
    if (body.name === 'GetPoliciesResponse') return { kind: 'policies' }
    if (body.name !== 'DiscoverResponse') return { kind: 'other' }
    const url = (name: string) => textOf(findAt(body, 'DiscoverResult', name)) ?? ''
    return {
      kind: 'discovered',
      policyUrl: url('EnrollmentPolicyServiceUrl'),
      enrolmentUrl: url('EnrollmentServiceUrl'),
    }
  } catch {
    // A page of a proxy, most often: it is told as what it is, no enrolment.
    return { kind: 'other' }
  }
}
