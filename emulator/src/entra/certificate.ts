import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * Makes a self-signed X.509 certificate (RSA, SHA-256): for `x5c` in the key set, for TLS on
 * loopback, and for tests with certificate credentials. Node's crypto can read certificates but
 * not write them, hence the few lines of DER.
 *
 * @param hosts DNS names and IPv4 addresses for subjectAltName; none for a plain credential
 * @returns the certificate as DER
 * @see RFC 5280 §4.1
 */
export function makeCertificate(options: {
  privateKey: KeyObject
  commonName: string
  notBefore: Date
  notAfter: Date
  hosts?: readonly string[]
}): Buffer {
  const name = sequence(set(sequence(oid('550403'), utf8(options.commonName))))
  const algorithm = sequence(oid('2a864886f70d01010b'), Buffer.from([0x05, 0x00]))
  const publicKey = createPublicKey(options.privateKey).export({ type: 'spki', format: 'der' })
  const tbs = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(options.notBefore), time(options.notAfter)),
    name,
    publicKey,
    explicit(3, sequence(...extensions(options.hosts ?? []))),
  )
  return sequence(tbs, algorithm, bitString(sign('sha256', tbs, options.privateKey)))
}

/** The certificate as PEM text. */
export function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** Thumbprints as Entra shows and uses them: hex SHA-1, and base64url of SHA-1 and SHA-256. */
export function thumbprints(der: Buffer): { hex: string; x5t: string; x5tS256: string } {
  return {
    hex: createHash('sha1').update(der).digest('hex').toUpperCase(),
    x5t: createHash('sha1').update(der).digest('base64url'),
    x5tS256: createHash('sha256').update(der).digest('base64url'),
  }
}

function extensions(hosts: readonly string[]): Buffer[] {
  // Basic constraints CA:TRUE lets a client trust the very certificate as its own authority.
  const list = [sequence(oid('551d13'), octets(sequence(Buffer.from([0x01, 0x01, 0xff]))))]
  if (hosts.length > 0)
    list.push(sequence(oid('551d11'), octets(sequence(...hosts.map(toGeneralName)))))
  return list
}

function toGeneralName(host: string): Buffer {
  return /^[\d.]+$/.test(host)
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host, 'latin1'))
}

function tagged(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const size = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts))
const set = (...parts: Buffer[]) => tagged(0x31, Buffer.concat(parts))
const explicit = (number: number, content: Buffer) => tagged(0xa0 | number, content)
const integer = (bytes: Buffer) => tagged(0x02, bytes)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const utf8 = (text: string) => tagged(0x0c, Buffer.from(text))
const octets = (content: Buffer) => tagged(0x04, content)
const bitString = (content: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), content]))

function time(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+/g, '')
  // RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.
  return instant.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits))
}
