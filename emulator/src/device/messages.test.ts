/**
 * Messages against what others published: recordings and samples are read in place, since they are
 * not ours to copy; where they are not at hand these tests are skipped.
 */
import { createVerify, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ContentInfo, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { describe, expect, test } from 'vitest'
import { set } from '../der.ts'
import { makeCertificateRequest } from './certificate-request.ts'
import { readDiscovered } from './discover.ts'
import { exchanges } from './namespaces.ts'
import { chooseProvider, readPolicies } from './policies.ts'
import { makeProfile } from './profile.ts'
import { readEnvelope } from './read-envelope.ts'
import { children, readXml } from './read-xml.ts'
import { makeSignedData } from './signed-data.ts'
import { issue, makeAuthority } from './testing/authority.ts'
import { findPublicKey } from './testing/scripted-server.ts'
import { WindowsError } from './windows-error.ts'

const folder = fileURLToPath(new URL('../../../../shared/specs/samples/windows/', import.meta.url))
const sample = (name: string) => readFileSync(`${folder}${name}`)
const hasSamples = existsSync(folder)
const now = new Date('2026-11-28T08:00:00Z')

const asAnswer = (body: Buffer | string, status = 200) => ({
  url: 'https://mdm.example.org',
  status,
  headers: {
    'content-type': 'application/soap+xml; charset=utf-8',
    'content-length': String(body.length),
  },
  body: Buffer.from(body),
  ms: 1,
})
/** The body of a sample, whatever its header says. */
function bodyOf(name: string) {
  const envelope = readXml(sample(name).toString())
  const [content] = children(children(envelope)[1] ?? envelope)
  if (!content) throw new Error(`${name} has no body`)
  return content
}

describe.skipIf(!hasSamples)('published samples', () => {
  test('the discovery answer that a real device accepted is accepted', () => {
    const answer = asAnswer(sample('03-discover-response-onpremise.xml'))
    const content = readEnvelope(answer, exchanges.discover, now)

    expect(readDiscovered(content, makeProfile())).toMatchObject({
      authPolicy: 'OnPremise',
      version: '4.0',
      enrolmentUrl: 'https://windows.fleetdm.ngrok.io/EnrollmentServer/Enrollment.svc',
    })
  })

  test('the federated answer of the documentation is accepted', () => {
    const answer = asAnswer(sample('05-discover-response-federated-ms-doc.xml'))
    const content = readEnvelope(answer, exchanges.discover, now)

    expect(readDiscovered(content, makeProfile()).authenticationUrl).toBe(
      'https://portal.manage.contoso.com/LoginRedirect.aspx',
    )
  })

  test('the policy of the documentation leads to SHA-1, the proposal to SHA-256', () => {
    expect(readPolicies(bodyOf('08-getpolicies-response-ms-doc.xml'))).toMatchObject({
      hash: 'sha1',
      ignored: undefined,
    })
    expect(readPolicies(bodyOf('34-own-getpolicies-response-sha256.xml'))).toMatchObject({
      hash: 'sha256',
      keyBits: 2048,
    })
  })

  test('the proposed fault becomes the code for too many devices', () => {
    const answer = asAnswer(sample('32-own-fault-devicecapreached.xml'), 500)

    expect(() => readEnvelope(answer, exchanges.request, now)).toThrow(
      expect.objectContaining({ code: '0x80180013' }),
    )
  })

  test('our request for a certificate is built like the recorded one', () => {
    const recorded = Buffer.from(sample('09-csr.der.b64').toString(), 'base64')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const ours = makeCertificateRequest({
      privateKey,
      hash: 'sha1',
      name: '562A7F9A-6CD8-40B0-9E7E-0DBDD8A6F1C2',
      deviceId: 'B5B954E81FBCB94EB79BD08BE625F4EE',
    })

    expect(withoutKeyAndSignature(ours)).toBe(withoutKeyAndSignature(recorded))
  })
})

test('a provider that the PC does not have is passed over', () => {
  const providers = [
    'Microsoft Platform Crypto Provider',
    'Microsoft Software Key Storage Provider',
  ]
  const policy = { hash: 'sha256', keyBits: 2048, providers, ignored: undefined } as const

  expect(chooseProvider(policy, true)).toBe('Microsoft Platform Crypto Provider')
  expect(chooseProvider(policy, false)).toBe('Microsoft Software Key Storage Provider')
  expect(chooseProvider({ ...policy, providers: providers.slice(0, 1) }, false)).toBeUndefined()
})

test('the wrapped request for renewal verifies with a reader that others wrote', () => {
  const authority = makeAuthority('Root')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = new X509Certificate(
    issue(authority, {
      commonName: 'device-7',
      publicKey,
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2027-01-01T00:00:00Z'),
    }),
  )
  const content = Buffer.from('a request')

  const wrapped = makeSignedData({ content, certificate, privateKey, now })

  const outer = AsnConvert.parse(wrapped, ContentInfo)
  const signed = AsnConvert.parse(outer.content, SignedData)
  const [signer] = signed.signerInfos
  const attributes = (signer?.signedAttrs ?? []).map((one) =>
    Buffer.from(AsnConvert.serialize(one)),
  )
  const verifier = createVerify('sha256').update(set(...attributes))
  expect(
    verifier.verify(publicKey, Buffer.from(signer?.signature.buffer ?? new ArrayBuffer(0))),
  ).toBe(true)
  expect(signed.encapContentInfo.eContent?.single).toEqual(new OctetString(content))
  const { issuerAndSerialNumber } = signer?.sid ?? {}
  expect(
    Buffer.from(issuerAndSerialNumber?.serialNumber ?? new ArrayBuffer(0))
      .toString('hex')
      .toUpperCase(),
  ).toBe(certificate.serialNumber)
})

test('a timestamp from another hour is refused', () => {
  const text = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action>${exchanges.request.answerAction}</a:Action><a:RelatesTo>${exchanges.request.messageId}</a:RelatesTo><o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><u:Timestamp xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><u:Created>2026-11-28T08:00:00.000Z</u:Created><u:Expires>2026-11-28T08:05:00.000Z</u:Expires></u:Timestamp></o:Security></s:Header><s:Body><x/></s:Body></s:Envelope>`
  const read = (at: string) => readEnvelope(asAnswer(text), exchanges.request, new Date(at))

  expect(read('2026-11-28T08:04:00Z').nodeName).toBe('x')
  expect(() => read('2026-11-28T09:00:00Z')).toThrow(WindowsError)
  expect(() => read('2026-11-28T07:00:00Z')).toThrow(WindowsError)
})

/** Hex of a PKCS#10 with the key and the signature taken out. */
function withoutKeyAndSignature(der: Buffer): string {
  const key = findPublicKey(der).export({ type: 'spki', format: 'der' })
  const text = der.toString('hex').replace(key.toString('hex'), ' key ')
  return text.slice(0, -512)
}
