import { createHash, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import { explicit, integer, nothing, octets, oid, sequence, set, tagged, time } from '../der.ts'

const data = '1.2.840.113549.1.7.1'
const signedData = '1.2.840.113549.1.7.2'
const sha256 = '2.16.840.1.101.3.4.2.1'

/**
 * PKCS#7 SignedData by the device's certificate: around a request for renewal, or (detached) beside
 * the message that it signs.
 *
 * @returns DER
 * @see RFC 5652 §5
 */
export function makeSignedData(options: {
  content: Buffer
  certificate: X509Certificate
  privateKey: KeyObject
  now: Date
  isDetached?: boolean
}): Buffer {
  const { content, certificate } = options
  const digest = createHash('sha256').update(content).digest()
  const attributes = [
    sequence(oid('1.2.840.113549.1.9.3'), set(oid(data))),
    sequence(oid('1.2.840.113549.1.9.4'), set(octets(digest))),
    sequence(oid('1.2.840.113549.1.9.5'), set(time(options.now))),
  ].sort(Buffer.compare) // DER sorts the members of a SET
  const signature = sign('sha256', set(...attributes), options.privateKey)
  const digestAlgorithm = sequence(oid(sha256), nothing())
  const signer = sequence(
    integer(Buffer.from([1])),
    issuerAndSerial(certificate.raw),
    digestAlgorithm,
    explicit(0, ...attributes),
    sequence(oid('1.2.840.113549.1.1.1'), nothing()),
    octets(signature),
  )
  return sequence(
    oid(signedData),
    explicit(
      0,
      sequence(
        integer(Buffer.from([1])),
        set(digestAlgorithm),
        options.isDetached
          ? sequence(oid(data))
          : sequence(oid(data), explicit(0, octets(content))),
        tagged(0xa0, certificate.raw),
        set(signer),
      ),
    ),
  )
}

/** The issuer's name and the serial number, byte by byte as the certificate has them. */
function issuerAndSerial(certificate: Buffer): Buffer {
  const [signedPart = certificate] = split(certificate)
  const parts = split(signedPart)
  const [version] = parts
  const first = version?.[0] === 0xa0 ? 1 : 0
  const serial = parts[first]
  const issuer = parts[first + 2]
  if (!serial || !issuer) throw new Error('the certificate cannot be taken apart')
  return sequence(issuer, serial)
}

/** The values inside a constructed value. */
function split(der: Buffer): Buffer[] {
  const { start, end } = measure(der, 0)
  const parts: Buffer[] = []
  for (let at = start; at < end; ) {
    const next = measure(der, at).end
    parts.push(der.subarray(at, next))
    at = next
  }
  return parts
}

function measure(der: Buffer, at: number): { start: number; end: number } {
  const first = der[at + 1] ?? 0
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const count = first & 0x7f
  const start = at + 2 + count
  return { start, end: start + der.readUIntBE(at + 2, count) }
}
