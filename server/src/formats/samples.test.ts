import { createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCertificateRequest } from './der/certificate-request.ts'
import { readCredential } from './enrolment/credential.ts'
import { readDiscover } from './enrolment/discover.ts'
import { readTokenRequest } from './enrolment/security-token.ts'
import { readEnvelope } from './soap/read-envelope.ts'
import { readXml, STRANGERS } from './xml/read-xml.ts'
import { findAt, textOf, XmlRefused } from './xml/xml-element.ts'

// Recordings of real clients and Microsoft's published examples are reference data beside the
// repository. Where they are not, this file is skipped and says so.
const FOLDER = join(import.meta.dirname, '../../../../shared/specs/samples/windows')
const isThere = existsSync(FOLDER)
if (!isThere) console.warn(`skipped: there are no samples in ${FOLDER}`)
const sample = (name: string) => readFileSync(join(FOLDER, name))

describe.skipIf(!isThere)('the samples', () => {
  test('of Discover are read, in both orders', () => {
    const real = readDiscover(readEnvelope(sample('02-discover-request.xml'), STRANGERS))
    const published = readDiscover(
      readEnvelope(sample('04-discover-request-ms-doc.xml'), STRANGERS),
    )

    expect(real).toMatchObject({
      requestVersion: '4.0',
      osVersion: '10.0.19043.2364',
      osEdition: '72',
      authPolicies: ['OnPremise', 'Federated'],
    })
    expect(published.requestVersion).toMatch(/^\d\.0$/)
  })

  test.each([
    '06-getpolicies-request-usernametoken.xml',
    '07-getpolicies-request-federated-ms-doc.xml',
  ])('of GetPolicies are read: %s', (name) => {
    const { body, security } = readEnvelope(sample(name), STRANGERS)

    expect(body.name).toBe('GetPolicies')
    expect(readCredential(security).kind).toMatch(/^(?:password|token|malformed)$/)
  })

  test('of a real client asking for a certificate: all it says, and a request whose signature holds', () => {
    const message = readEnvelope(sample('09-rst-issue-usernametoken-real-csr.xml'), STRANGERS)
    const { kind, request, context } = readTokenRequest(message)
    const { signed, publicKey, signature, signatureAlgorithm } = readCertificateRequest(request)
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })

    expect(kind).toBe('issue')
    expect(context.get('DeviceID')).toEqual(['B5B954E81FBCB94EB79BD08BE625F4EE'])
    expect(context.get('MAC')?.length).toBeGreaterThan(3)
    // No policy was served, so the client fell back to SHA-1, by its old name.
    expect(signatureAlgorithm).toBe('1.3.14.3.2.29')
    expect(verify('RSA-SHA1', signed, key, signature)).toBe(true)
    expect(verify('RSA-SHA1', Buffer.concat([signed, signed]), key, signature)).toBe(false)
  })

  test('of answers are well-formed, and our reader finds what a device looks for', () => {
    const discover = readXml(sample('03-discover-response-onpremise.xml'), STRANGERS)
    const url = ['Body', 'DiscoverResponse', 'DiscoverResult', 'EnrollmentServiceUrl']

    expect(textOf(findAt(discover, ...url))).toMatch(/^https:/)
    for (const name of [
      '08-getpolicies-response-ms-doc.xml',
      '34-own-getpolicies-response-sha256.xml',
    ]) {
      expect(readXml(sample(name), STRANGERS).name).toBe('Envelope')
    }
  })

  test('of a page that is no XML are refused', () => {
    expect(() => readXml(sample('24-federated-login-answer-ms-doc.html'), STRANGERS)).toThrow(
      XmlRefused,
    )
  })
})
