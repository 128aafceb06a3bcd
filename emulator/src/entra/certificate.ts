import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from '../der.ts'

/**
 * Makes a self-signed X.509 certificate (RSA, SHA-256): for `x5c` in the key set, for TLS on
 * loopback, and for tests with certificate credentials.
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
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8(options.commonName))))
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), nothing())
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
  const list = [sequence(oid('2.5.29.19'), octets(sequence(Buffer.from([0x01, 0x01, 0xff]))))]
  if (hosts.length > 0)
    list.push(sequence(oid('2.5.29.17'), octets(sequence(...hosts.map(toGeneralName)))))
  return list
}

function toGeneralName(host: string): Buffer {
  return /^[\d.]+$/.test(host)
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host, 'latin1'))
}
