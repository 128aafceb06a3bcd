import { createHash, createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DerRefused } from './read-der.ts'
import { readSignedData } from './signed-data.ts'

// Made with OpenSSL 3: `openssl cms -sign -binary`, each over `<SyncML/>`.
const CONTENT = Buffer.from('<SyncML/>')
const ATTACHED = Buffer.from(
  'MIIDKgYJKoZIhvcNAQcCoIIDGzCCAxcCAQExDTALBglghkgBZQMEAgEwGAYJKoZIhvcNAQcBoAsECTxTeW5jTUwvPqCC' +
    'AXQwggFwMIIBF6ADAgECAgQAwP/uMAoGCCqGSM49BAMCMBYxFDASBgNVBAMMC2Rldl9maXh0dXJlMB4XDTI2MTEyODAx' +
    'MTk1NFoXDTM2MTEyNTAxMTk1NFowFjEUMBIGA1UEAwwLZGV2X2ZpeHR1cmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC' +
    'AASjmWgClH/X+HBcI80gXXxe0cb65K+vx8cJUTHILqhePRuPdYNkIa4FUomdcZHgsXBeq3S5qRGXPfeqh6Dnz27No1Mw' +
    'UTAdBgNVHQ4EFgQUxPqh986RlXbGf+UFKgAUG4AECDUwHwYDVR0jBBgwFoAUxPqh986RlXbGf+UFKgAUG4AECDUwDwYD' +
    'VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBduupfBWEfRBBXhMlKUfA+F9aVuDVShD8r3lH0uZpwwAIgaxHv' +
    'entcKCLH9T6KSimtNuKNEniTFpyZAtpu72EI2CMxggFvMIIBawIBATAeMBYxFDASBgNVBAMMC2Rldl9maXh0dXJlAgQA' +
    'wP/uMAsGCWCGSAFlAwQCAaCB5DAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwGCSqGSIb3DQEJBTEPFw0yNjExMjgw' +
    'MTE5NTRaMC8GCSqGSIb3DQEJBDEiBCD0XqbKJbbOXGAPFk1kuzw5igPlxNvL1NJYenK+Cd/f8zB5BgkqhkiG9w0BCQ8x' +
    'bDBqMAsGCWCGSAFlAwQBKjALBglghkgBZQMEARYwCwYJYIZIAWUDBAECMAoGCCqGSIb3DQMHMA4GCCqGSIb3DQMCAgIA' +
    'gDANBggqhkiG9w0DAgIBQDAHBgUrDgMCBzANBggqhkiG9w0DAgIBKDAKBggqhkjOPQQDAgRGMEQCIGl9Ki9S4cXlQqoZ' +
    'UxTaMRSoqkzWnUda6Vb6K2FK+nDpAiBIa9sVyfR0P9jta2mWVlR9JM6+kVnzyvyBmoNU35SBZQ==',
  'base64',
)
const ATTACHED_KEY =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEo5loApR/1/hwXCPNIF18XtHG+uSvr8fHCVExyC6oXj0bj3WDZCGuBVKJ' +
  'nXGR4LFwXqt0uakRlz33qoeg589uzQ=='
// -noattr -nocerts, RSA
const DETACHED = Buffer.from(
  'MIIBfQYJKoZIhvcNAQcCoIIBbjCCAWoCAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMYIBRzCCAUMCAQEwHjAW' +
    'MRQwEgYDVQQDDAtkZXZfZml4dHVyZQIEAMD/7jALBglghkgBZQMEAgEwDQYJKoZIhvcNAQEBBQAEggEApJA6KS7NJ0H+' +
    '9UMb6HRRF3xu4PdYqATr+bZBdAXnbUZNjX400GqTGRtKdQFmDodpoU+aYvHoV+w6jpNkpnMLw/DArCTl6KL99kDCukAB' +
    'oZhSIEz40wZFPmZyHWK6UohvkDnUoHaOoCAsfJZ27asDwWnP86GS/z3v/x5vL+tqec3YXFk2cP3JcXdB7D3gG9z0VR7Y' +
    '0ptU3ZdcO7tfIu2Kc/79NdLvR+WYkbnCV6qPJmyijCmFxrfd9/SJ9fb7Ndn0am5hI38Vn8piOm+D6LuGp7M77HiEZ30i' +
    'cGesC3BM5H7r9ikYMgsOGRwEJzMldvP4p6ffdMQHBRKDZrFFhOWFLw==',
  'base64',
)
const DETACHED_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArg01G/ETHywVIuPlVmTlpKP6ImYV7oPr4+0erExS9hDAWaPw' +
  '+ryvHrUtVDvrph8Erqw8oLfxxmrBeFCiOhysJUO0A4cr3AvEuEAlhXhQdiOyNEdmIyWjKPzuttu+QevphujqAcmTqHFn' +
  'ajNDO8obLKviqgGEnUcDmLA0hULpyyHD1g92IhjqFqI6/0x6ncRpaph5FWA+dwsFMYMWeCeQi+3i0yQuVfQbGOd+CByv' +
  'PHahy/q9bACLbIn6k72r94iDqJnjFlOfPI+RSIEwjMiudNXGNYP/YbJZibYdona7x7EtTa8S5tNfoxVQy2ZklCBnLwuh' +
  'N065js1MC3b7nVjAFQIDAQAB'

const keyOf = (base64: string) =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })

describe('signed data of OpenSSL', () => {
  test('with attributes is cut apart so that its signature holds over the attributes', () => {
    const { content, contentType, certificates, signers } = readSignedData(ATTACHED)
    const [signer] = signers

    expect(content).toEqual(CONTENT)
    expect([contentType, certificates.length, signers.length]).toEqual([
      '1.2.840.113549.1.7.1',
      1,
      1,
    ])
    expect(signer).toMatchObject({
      serialNumber: 'c0ffee',
      contentType: '1.2.840.113549.1.7.1',
      digestAlgorithm: '2.16.840.1.101.3.4.2.1',
      messageDigest: createHash('sha256').update(CONTENT).digest(),
    })
    const signed = signer?.signedAttributes ?? Buffer.alloc(0)
    const signature = signer?.signature ?? Buffer.alloc(0)
    expect(verify('sha256', signed, keyOf(ATTACHED_KEY), signature)).toBe(true)
  })

  test('without attributes and content is over the content that comes beside it', () => {
    const { content, certificates, signers } = readSignedData(DETACHED)
    const [signer] = signers

    expect([content, certificates, signer?.signedAttributes]).toEqual([undefined, [], undefined])
    const signature = signer?.signature ?? Buffer.alloc(0)
    expect(verify('sha256', CONTENT, keyOf(DETACHED_KEY), signature)).toBe(true)
  })
})

test('a message that breaks off anywhere is refused', () => {
  for (let length = 0; length < ATTACHED.length; length += 1) {
    expect(() => readSignedData(ATTACHED.subarray(0, length))).toThrow(DerRefused)
  }
})

test('whatever bytes come, they are read or refused, and nothing else happens', () => {
  const damaged = fc
    .array(fc.tuple(fc.nat(ATTACHED.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const bytes = Buffer.from(ATTACHED)
      for (const [at, value] of changes) bytes[at] = value
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 400 })), (bytes) => {
      try {
        return readSignedData(bytes).signers !== undefined
      } catch (error) {
        return error instanceof DerRefused
      }
    }),
    { numRuns: 2000 },
  )
})

test('an attribute that is there twice is refused, for it could be read in two ways', () => {
  const digest = Buffer.from('2a864886f70d010904', 'hex')
  const signingTime = Buffer.from('2a864886f70d010905', 'hex')
  const doubled = Buffer.from(ATTACHED)
  doubled.set(digest, doubled.indexOf(signingTime))

  expect(() => readSignedData(doubled)).toThrow(DerRefused)
})
