import type { Envelope } from '../soap/read-envelope.ts'
import { NAMESPACES } from '../soap/soap-names.ts'
import { writeEnvelope } from '../soap/write-envelope.ts'
import { node } from '../xml/write-xml.ts'
import {
  attributeOf,
  childOf,
  childrenOf,
  textOf,
  type XmlElement,
  XmlRefused,
} from '../xml/xml-element.ts'
import { decodeBase64 } from './credential.ts'

/** What a device says of itself when it enrols or renews. Names are Windows'; some come repeatedly. */
export type ContextItems = ReadonlyMap<string, readonly string[]>

/** A request for a certificate. @see windows-mdm.md 4.2 */
export type TokenRequest = {
  readonly kind: 'issue' | 'renew'
  /** PKCS#10 to issue, PKCS#7 around it to renew. DER. */
  readonly request: Buffer
  readonly context: ContextItems
}

/** More than any client sends; the rest would be kept for nothing. */
const MOST_ITEMS = 200
const MOST_CHARACTERS = 16 * 1024

/** @throws {XmlRefused} `missing` when a part is not there or cannot be read. */
export function readTokenRequest({ body }: Envelope): TokenRequest {
  if (body.name !== 'RequestSecurityToken') throw new XmlRefused('missing', 'No token request')
  const kind = textOf(childOf(body, 'RequestType'))?.split('/').at(-1)?.toLowerCase()
  if (kind !== 'issue' && kind !== 'renew') throw new XmlRefused('missing', 'No known request type')
  const token = childOf(body, 'BinarySecurityToken')
  const request = decodeRequest(textOf(token) ?? '')
  const isPkcs7 = attributeOf(token, 'ValueType')?.toUpperCase().endsWith('PKCS7') ?? false
  if (!request || isPkcs7 !== (kind === 'renew')) {
    throw new XmlRefused('missing', 'No certificate request that can be read')
  }
  return { kind, request, context: readContext(childOf(body, 'AdditionalContext')) }
}

/** Manual renewals are in base64 twice. DER begins with a sequence, which is no base64. */
function decodeRequest(text: string): Buffer | undefined {
  const once = decodeBase64(text)
  if (!once || once[0] === 0x30) return once
  const twice = decodeBase64(once.toString('latin1'))
  return twice?.[0] === 0x30 ? twice : undefined
}

function readContext(element: XmlElement | undefined): ContextItems {
  const items = new Map<string, string[]>()
  for (const item of childrenOf(element, 'ContextItem').slice(0, MOST_ITEMS)) {
    const name = attributeOf(item, 'Name')?.trim().slice(0, 100)
    const value = textOf(childOf(item, 'Value'))?.slice(0, MOST_CHARACTERS)
    if (name && value !== undefined) items.set(name, [...(items.get(name) ?? []), value])
  }
  return items
}

export type TokenAnswer = {
  /** The provisioning document. */
  readonly document: string
  readonly now: Date
  readonly relatesTo: string | undefined
  readonly activityId: string
}

const VALID_MS = 5 * 60_000
const ENROLLMENT = 'http://schemas.microsoft.com/5.0.0.0/ConfigurationManager/Enrollment'

/** The answer with which a device is enrolled. @see windows-mdm.md 4.6 */
export function writeTokenResponse({ document, now, ...answer }: TokenAnswer): string {
  const expires = new Date(now.getTime() + VALID_MS)
  return writeEnvelope({
    ...answer,
    action: 'requestTokenResponse',
    header: node('o:Security', { 's:mustUnderstand': '1', 'xmlns:o': NAMESPACES.security }, [
      node('u:Timestamp', { 'u:Id': '_0' }, [
        node('u:Created', {}, now.toISOString()),
        node('u:Expires', {}, expires.toISOString()),
      ]),
    ]),
    body: node('RequestSecurityTokenResponseCollection', { xmlns: NAMESPACES.trust }, [
      node('RequestSecurityTokenResponse', {}, [
        node('TokenType', {}, `${ENROLLMENT}/DeviceEnrollmentToken`),
        node('DispositionMessage', { xmlns: NAMESPACES.enrollment }),
        node('RequestedSecurityToken', {}, [
          node(
            'BinarySecurityToken',
            {
              xmlns: NAMESPACES.security,
              ValueType: `${ENROLLMENT}/DeviceEnrollmentProvisionDoc`,
              EncodingType: `${NAMESPACES.security}#base64binary`,
            },
            Buffer.from(document, 'utf8').toString('base64'),
          ),
        ]),
        node('RequestID', { xmlns: NAMESPACES.enrollment }, '0'),
      ]),
    ]),
  })
}
