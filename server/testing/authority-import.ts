import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const { subtle } = globalThis.crypto
const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNING = { ...EC, hash: 'SHA-256' }

type Making = {
  readonly issuer?: Made
  readonly isAuthority?: boolean
  readonly usages?: x509.KeyUsageFlags
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly keyAlgorithm?: webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams
}
export type Made = {
  readonly certificate: x509.X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
  readonly pem: string
  readonly keyPem: string
}

/** A certificate as an administrator's own authority makes it, right in all but what is told otherwise. */
export async function makeAuthorityCertificate(name: string, making: Making = {}): Promise<Made> {
  const keys = (await subtle.generateKey(making.keyAlgorithm ?? EC, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair // of these algorithms, always
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: making.issuer?.certificate.subject ?? name,
    notBefore: making.notBefore ?? new Date('2026-01-01T00:00:00Z'),
    notAfter: making.notAfter ?? new Date('2036-01-01T00:00:00Z'),
    publicKey: keys.publicKey,
    signingKey: making.issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(making.isAuthority ?? true, undefined, true),
      new x509.KeyUsagesExtension(
        making.usages ?? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const der = await subtle.exportKey('pkcs8', keys.privateKey)
  const keyPem = x509.PemConverter.encode(der, 'PRIVATE KEY')
  return { certificate, keys, pem: certificate.toString('pem'), keyPem }
}

/** A server's certificate that nobody vouches for. */
export const makeServerCertificate = (name: string) =>
  makeAuthorityCertificate(name, {
    isAuthority: false,
    usages: x509.KeyUsageFlags.digitalSignature,
  })

/** What an administrator sends to bring an authority below a root. */
export async function makeAuthorityImport() {
  const root = await makeAuthorityCertificate('CN=Example Root')
  const issuing = await makeAuthorityCertificate('CN=Example Devices', { issuer: root })
  return { certificate: issuing.pem, privateKey: issuing.keyPem, root: root.pem }
}
