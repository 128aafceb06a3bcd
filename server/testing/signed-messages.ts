import 'reflect-metadata'
import { createHash, KeyObject, sign } from 'node:crypto'
import * as cms from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

// Made with another implementation than the one that reads it.

const { subtle } = globalThis.crypto
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const EC = { name: 'ECDSA', namedCurve: 'P-256' }

/** A device's key, with its request for a certificate. */
export async function makeRequest(kind: 'rsa' | 'ec' = 'rsa', name = 'CN=whatever I like') {
  const generate =
    kind === 'rsa' ? { ...RSA, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) } : EC
  const keys = await subtle.generateKey(generate, true, ['sign', 'verify'])
  const signingAlgorithm = kind === 'rsa' ? RSA : { ...EC, hash: 'SHA-256' }
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm })
  return {
    der: Buffer.from(request.rawData),
    privateKey: KeyObject.from(keys.privateKey),
  }
}

type Signing = {
  readonly content: Uint8Array
  readonly certificate: Uint8Array
  readonly privateKey: KeyObject
  readonly hash?: 'sha1' | 'sha256'
  /** Left out of the message; whoever checks it has the content already. */
  readonly isDetached?: boolean
  readonly withoutAttributes?: boolean
  /** What the signed attributes say, where they lie. */
  readonly digest?: Uint8Array
}

const DIGESTS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const

/** A CMS SignedData as a device makes it. */
export function signMessage(signing: Signing): Buffer {
  const { content, certificate, privateKey, hash = 'sha256' } = signing
  const parsed = AsnConvert.parse(certificate, Certificate)
  const algorithm = new AlgorithmIdentifier({ algorithm: DIGESTS[hash] })
  const digest = signing.digest ?? createHash(hash).update(content).digest()
  const attributes = [
    toAttribute('1.2.840.113549.1.9.3', Buffer.from('06092a864886f70d010701', 'hex')),
    toAttribute('1.2.840.113549.1.9.4', Buffer.from(AsnConvert.serialize(new OctetString(digest)))),
  ]
  const signer = new cms.SignerInfo({
    version: cms.CMSVersion.v1,
    sid: new cms.SignerIdentifier({
      issuerAndSerialNumber: new cms.IssuerAndSerialNumber({
        issuer: parsed.tbsCertificate.issuer,
        serialNumber: parsed.tbsCertificate.serialNumber,
      }),
    }),
    digestAlgorithm: algorithm,
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithm:
        privateKey.asymmetricKeyType === 'rsa' ? '1.2.840.113549.1.1.1' : '1.2.840.10045.4.3.2',
    }),
  })
  if (!signing.withoutAttributes) signer.signedAttrs = attributes
  const signed = signing.withoutAttributes ? content : toSet(attributes)
  signer.signature = new OctetString(sign(hash, signed, privateKey))
  const data = new cms.SignedData({
    version: cms.CMSVersion.v1,
    digestAlgorithms: new cms.DigestAlgorithmIdentifiers([algorithm]),
    encapContentInfo: new cms.EncapsulatedContentInfo({
      eContentType: '1.2.840.113549.1.7.1',
      ...(signing.isDetached
        ? {}
        : { eContent: new cms.EncapsulatedContent({ single: new OctetString(content) }) }),
    }),
    certificates: new cms.CertificateSet([new cms.CertificateChoices({ certificate: parsed })]),
    signerInfos: new cms.SignerInfos([signer]),
  })
  const info = new cms.ContentInfo({
    contentType: cms.id_signedData,
    content: AsnConvert.serialize(data),
  })
  return Buffer.from(AsnConvert.serialize(info))
}

/** The attributes as the signature has them: under the tag of a set (RFC 5652 §5.4). */
function toSet(attributes: readonly cms.Attribute[]): Buffer {
  const content = Buffer.concat(attributes.map((one) => Buffer.from(AsnConvert.serialize(one))))
  return Buffer.concat([Uint8Array.of(0x31, content.length), content])
}

function toAttribute(attrType: string, value: Uint8Array) {
  return new cms.Attribute({ attrType, attrValues: [new Uint8Array(value).buffer] })
}
