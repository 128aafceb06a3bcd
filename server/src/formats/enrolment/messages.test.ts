import { describe, expect, test } from 'vitest'
import { FAULT_CODES, FAULT_TYPES, hresultOf, writeFault } from '../soap/fault.ts'
import { readEnvelope } from '../soap/read-envelope.ts'
import { readXml, STRANGERS } from '../xml/read-xml.ts'
import { childrenOf, findAt, textOf, type XmlElement, XmlRefused } from '../xml/xml-element.ts'
import { looksLikeJwt, readCredential } from './credential.ts'
import { agreeOnVersion, readDiscover, writeDiscoverResponse } from './discover.ts'
import { writePolicies } from './policies.ts'
import { readTokenRequest, writeTokenResponse } from './security-token.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const envelope = (text: string) => readEnvelope(encode(text), STRANGERS)
const inBody = (text: string) =>
  readXml(encode(text), STRANGERS).children.find(({ name }) => name === 'Body')
const RELATES = { relatesTo: 'urn:uuid:1', activityId: '11111111-2222-3333-4444-555555555555' }
const soap = (header: string, body: string) =>
  `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${body}</e:Body><e:Header>${header}</e:Header></e:Envelope>`
const names = (element: XmlElement | undefined) => element?.children.map(({ name }) => name)

describe('Discover', () => {
  const request = soap(
    '<Action>\n act </Action><MessageID> urn:uuid: 7 </MessageID>',
    `<Discover xmlns="http://schemas.microsoft.com/windows/management/2012/01/enrollment/"><request>
      <AuthPolicies><AuthPolicy>Federated</AuthPolicy><AuthPolicy>OnPremise</AuthPolicy></AuthPolicies>
      <OSEdition>48</OSEdition><DeviceType>CIMClient_Windows</DeviceType><RequestVersion>6.0</RequestVersion>
      <Unknown/><EmailAddress/></request></Discover>`,
  )

  test('is read in any order, with or without the mail address', () => {
    const read = envelope(request)

    expect(read).toMatchObject({ action: 'act', messageId: 'urn:uuid: 7' })
    expect(readDiscover(read)).toEqual({
      email: undefined,
      requestVersion: '6.0',
      deviceType: 'CIMClient_Windows',
      osVersion: undefined,
      osEdition: '48',
      authPolicies: ['Federated', 'OnPremise'],
    })
  })

  test.each([
    ['3.0', '3.0'],
    ['6.0', '4.0'],
    ['9.0', '4.0'],
    ['', '4.0'],
    ['-1', '4.0'],
    ['1e9', '4.0'],
  ])('%s is answered with the version %s', (asked, agreed) => {
    expect(agreeOnVersion(asked)).toBe(agreed)
  })

  test('is answered in the order of the schema, and with Federated', () => {
    const body = inBody(
      writeDiscoverResponse({
        version: '4.0',
        policyUrl: 'https://mdm.example.org/p?a=1&b=2',
        enrolmentUrl: 'https://mdm.example.org/e',
        signInUrl: 'https://mdm.example.org/s',
        ...RELATES,
      }),
    )
    const result = findAt(body as XmlElement, 'DiscoverResponse', 'DiscoverResult')

    expect(names(result)).toEqual([
      'AuthPolicy',
      'EnrollmentVersion',
      'EnrollmentPolicyServiceUrl',
      'EnrollmentServiceUrl',
      'AuthenticationServiceUrl',
    ])
    expect(textOf(result?.children[0])).toBe('Federated')
    expect(textOf(result?.children[2])).toBe('https://mdm.example.org/p?a=1&b=2')
  })
})

test('policies name SHA-256 and RSA, and every element that is not used is nil', () => {
  const text = writePolicies({
    commonName: 'Mooring',
    validitySeconds: 31_536_000,
    renewalSeconds: 3_888_000,
    ...RELATES,
  })
  const answer = findAt(inBody(text) as XmlElement, 'GetPoliciesResponse') as XmlElement
  const policy = findAt(answer, 'response', 'policies', 'policy', 'attributes') as XmlElement

  expect(names(answer)).toEqual(['response', 'cAs', 'oIDs'])
  expect(childrenOf(findAt(answer, 'oIDs'), 'oID').map((oid) => oid.children.map(textOf))).toEqual([
    ['2.16.840.1.101.3.4.2.1', '4', '0', 'szOID_NIST_sha256'],
    ['1.2.840.113549.1.1.1', '3', '1', 'szOID_RSA_RSA'],
  ])
  expect(textOf(findAt(policy, 'hashAlgorithmOIDReference'))).toBe('0')
  expect(findAt(policy, 'privateKeyAttributes', 'cryptoProviders')?.children.map(textOf)).toEqual([
    'Microsoft Platform Crypto Provider',
    'Microsoft Software Key Storage Provider',
  ])
  for (const { name, children, text, attributes } of policy.children) {
    if (children.length > 0 || text) continue
    expect(attributes, name).toEqual([expect.objectContaining({ name: 'nil', value: 'true' })])
  }
})

describe('a request for a certificate', () => {
  const DER = Buffer.from([0x30, 0x03, 0x02, 0x01, 0x05])
  const request = (more: { type?: string; kind?: string; token?: string; context?: string } = {}) =>
    soap(
      '',
      `<w:RequestSecurityToken xmlns:w="urn:w"><AdditionalContext>${more.context ?? ''}</AdditionalContext>
      <w:RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/${more.kind ?? 'Issue'}</w:RequestType>
      <BinarySecurityToken ValueType="urn:x#${more.type ?? 'PKCS10'}">${more.token ?? DER.toString('base64')}</BinarySecurityToken>
      </w:RequestSecurityToken>`,
    )
  const read = (more: Parameters<typeof request>[0] = {}) =>
    readTokenRequest(envelope(request(more)))

  test('is read with all that is said about the device, repeated or not', () => {
    const item = (name: string, value: string) =>
      `<ContextItem Name="${name}"><Value>${value}</Value></ContextItem>`
    const {
      kind,
      request: der,
      context,
    } = read({
      context: item('MAC', 'a') + item('DeviceID', ' B5 ') + item('MAC', 'b') + item('Later', 'x'),
    })

    expect(kind).toBe('issue')
    expect(der).toEqual(DER)
    expect([...context]).toEqual([
      ['MAC', ['a', 'b']],
      ['DeviceID', ['B5']],
      ['Later', ['x']],
    ])
  })

  test('to renew comes in base64 once or twice', () => {
    const once = DER.toString('base64')
    const twice = Buffer.from(once).toString('base64')

    for (const token of [once, twice]) {
      expect(read({ kind: 'Renew', type: 'PKCS7', token }).request).toEqual(DER)
    }
  })

  test.each([
    ['is no base64', { token: '!!' }],
    ['is missing', { token: '' }],
    ['is of the other kind', { type: 'PKCS7' }],
    ['is a renewal without its signature', { kind: 'Renew' }],
    ['asks for something else', { kind: 'Cancel' }],
  ])('is refused when it %s', (_what, more) => {
    expect(() => read(more)).toThrow(XmlRefused)
  })

  test('is answered with the document in base64 on one line and a time of five minutes', () => {
    const now = new Date('2026-11-28T12:00:00.123Z')
    const text = writeTokenResponse({ document: '<ä/>'.repeat(99), now, ...RELATES })
    const root = readXml(encode(text), STRANGERS)
    const stamp = findAt(root, 'Header', 'Security', 'Timestamp') as XmlElement
    const token = findAt(
      root,
      'Body',
      'RequestSecurityTokenResponseCollection',
      'RequestSecurityTokenResponse',
      'RequestedSecurityToken',
      'BinarySecurityToken',
    )

    expect(stamp.children.map(textOf)).toEqual([
      '2026-11-28T12:00:00.123Z',
      '2026-11-28T12:05:00.123Z',
    ])
    expect(token?.text).toMatch(/^[A-Za-z0-9+/=]+$/)
    expect(Buffer.from(token?.text ?? '', 'base64').toString('utf8')).toBe('<ä/>'.repeat(99))
  })
})

describe('a credential', () => {
  const credential = (content: string) =>
    readCredential(envelope(soap(`<Security>${content}</Security>`, '<x/>')).security)
  const bst = (text: string, type = 'jwt') =>
    `<q:BinarySecurityToken xmlns:q="urn:q" q:ValueType="${type}">${text}</q:BinarySecurityToken>`
  const token = 'eyJhbGciOiJub25lIn0.e30.c2ln'

  test('is a token whatever its type says, with white space in it, in both alphabets', () => {
    const base64 = Buffer.from(token).toString('base64')
    const broken = base64.replace(/(.{7})/g, '$1\n  ')

    for (const text of [base64, broken, Buffer.from(token).toString('base64url')]) {
      expect(credential(bst(text))).toEqual({ kind: 'token', token })
    }
    expect(looksLikeJwt(token)).toBe(true)
    for (const other of ['abc', 'a.b', 'a.b.c.d', 'a..c', 'a.b/.c']) {
      expect(looksLikeJwt(other)).toBe(false)
    }
  })

  test.each([
    ['two of them', bst('YQ==') + bst('YQ=='), 'malformed'],
    ['no base64', bst('%'), 'malformed'],
    ['bytes', bst('AAEC'), 'malformed'],
    ['an empty one', bst(''), 'malformed'],
    ['a certificate', bst('YQ==', 'urn:x#X509v3'), 'certificate'],
    ['a password', '<UsernameToken><Password>secret</Password></UsernameToken>', 'password'],
    ['nothing', '', 'none'],
  ])('of %s', (_what, content, kind) => {
    expect(credential(content)).toEqual({ kind })
  })
})

describe('a fault', () => {
  test.each(Object.keys(FAULT_CODES) as (keyof typeof FAULT_CODES)[])('says %s', (code) => {
    const text = writeFault(
      { code, message: 'why & how' },
      { action: 'requestTokenResponse', ...RELATES },
    )
    const fault = findAt(inBody(text) as XmlElement, 'Fault') as XmlElement

    expect(textOf(findAt(fault, 'Code', 'Value'))).toBe('s:Receiver')
    expect(textOf(findAt(fault, 'Code', 'Subcode', 'Value'))).toBe(code)
    expect(names(findAt(fault, 'Detail', 'DeviceEnrollmentServiceError'))).toEqual([
      'Message',
      'TraceId',
    ])
    expect(hresultOf({ code })).toMatch(/^0x8018000[1-7]$/)
  })

  test.each(Object.keys(FAULT_TYPES) as (keyof typeof FAULT_TYPES)[])('of the type %s', (type) => {
    const fault = { code: 's:Authorization', type, message: 'no' } as const
    const text = writeFault(fault, { action: 'requestTokenResponse', ...RELATES })
    const error = findAt(
      inBody(text) as XmlElement,
      'Fault',
      'Detail',
      'DeviceEnrollmentServiceError',
    )

    expect(error?.children.map(textOf)).toEqual([type, 'no', RELATES.activityId])
    expect(hresultOf(fault)).toMatch(/^0x801800(1[3-9]|32)$/)
  })
})

test.each([
  ['no envelope', '<x/>', 'missing'],
  ['no body', '<Envelope/>', 'missing'],
  ['nothing in the body', '<Envelope><Body/></Envelope>', 'missing'],
  ['two things in the body', '<Envelope><Body><a/><b/></Body></Envelope>', 'duplicate'],
  ['two bodies', '<Envelope><Body><a/></Body><Body/></Envelope>', 'duplicate'],
  [
    'two credentials',
    '<Envelope><Header><Security/><Security/></Header><Body><a/></Body></Envelope>',
    'duplicate',
  ],
])('a message with %s is refused', (_what, text, code) => {
  expect(() => envelope(text)).toThrow(expect.objectContaining({ code }))
})
