import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import {
  isAuthority,
  maySignCertificates,
  readCertificate,
  readSubjectKeyId,
} from '../formats/der/read-certificate.ts'
import type { AuthorityId, MadeAuthority } from './authority.ts'
import { exportPrivateKey } from './make-authority.ts'
import { judgeKey } from './public-key.ts'
import { describeKey, fingerprintOf, keyIdOf, signatureOf } from './sign-body.ts'

/** What somebody brings: PEM texts. */
export type ImportInput = {
  readonly certificate: string
  readonly privateKey: string
  readonly passphrase?: string | undefined
  /** The root above, when the authority is no root itself. */
  readonly root?: string | undefined
}
export type ImportRefusal =
  | 'certificateUnreadable'
  | 'keyUnreadable'
  | 'keyWrong'
  | 'keyWeak'
  | 'noAuthority'
  | 'maySignNothing'
  | 'certificateOver'
  | 'rootMissing'
  | 'rootUnreadable'
  | 'rootNotNeeded'
  | 'rootWrong'
export type ReadImport =
  | { readonly kind: 'accepted'; readonly authority: MadeAuthority }
  | {
      readonly kind: 'refused'
      readonly field: 'certificate' | 'privateKey' | 'root'
      readonly refusal: ImportRefusal
    }

/**
 * Checks an issuing authority that somebody brings: an authority's certificate that holds now, with
 * its own key, which may sign certificates and lists, and below a root at most.
 *
 * Windows takes one root and one intermediate with an enrolment, so there is no longer chain.
 *
 * @see windows-mdm.md 4.5; RFC 5280 §4.2.1.3, §4.2.1.9
 */
export function readImport(
  input: ImportInput,
  { id, now }: { readonly id: AuthorityId; readonly now: Date },
): ReadImport {
  const certificate = readPem(input.certificate)
  if (!certificate) return refused('certificate', 'certificateUnreadable')
  const key = readKey(input)
  if (!key) return refused('privateKey', 'keyUnreadable')
  if (!certificate.checkPrivateKey(key)) return refused('privateKey', 'keyWrong')
  if (judgeKey(key)) return refused('privateKey', 'keyWeak')
  const objection = judgeAuthority(certificate, now)
  if (objection) return refused('certificate', objection)
  const root = input.root ? readPem(input.root) : undefined
  if (input.root && !root) return refused('root', 'rootUnreadable')
  const rootObjection = judgeRoot(certificate, root, now)
  if (rootObjection) return refused('root', rootObjection)
  return { kind: 'accepted', authority: toAuthority(certificate, { id, key, root }) }
}

function readPem(pem: string): X509Certificate | undefined {
  try {
    // One only: of several, the first would be taken and the others dropped without a word.
    if (pem.split('-----BEGIN').length !== 2) return undefined
    const certificate = new X509Certificate(pem)
    readCertificate(certificate.raw)
    return certificate
  } catch {
    // Whatever OpenSSL or our own reader makes of it: it is no certificate.
    return undefined
  }
}

function readKey({ privateKey, passphrase }: ImportInput): KeyObject | undefined {
  try {
    return createPrivateKey({ key: privateKey, ...(passphrase ? { passphrase } : {}) })
  } catch {
    // Not a key, or not with this passphrase: OpenSSL does not tell them apart.
    return undefined
  }
}

function judgeAuthority(certificate: X509Certificate, now: Date): ImportRefusal | undefined {
  const parts = readCertificate(certificate.raw)
  if (!isAuthority(parts)) return 'noAuthority'
  if (!maySignCertificates(parts)) return 'maySignNothing'
  if (!certificate.ca) return 'noAuthority'
  return isOver(certificate, now) ? 'certificateOver' : undefined
}

function judgeRoot(
  certificate: X509Certificate,
  root: X509Certificate | undefined,
  now: Date,
): ImportRefusal | undefined {
  const isRoot = certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
  if (isRoot) return root ? 'rootNotNeeded' : undefined
  if (!root) return 'rootMissing'
  if (!root.ca || !root.checkIssued(root) || !root.verify(root.publicKey)) return 'rootWrong'
  if (!certificate.checkIssued(root) || !certificate.verify(root.publicKey)) return 'rootWrong'
  return isOver(root, now) ? 'certificateOver' : undefined
}

const isOver = ({ validFromDate, validToDate }: X509Certificate, now: Date): boolean =>
  now < validFromDate || now >= validToDate

function toAuthority(
  certificate: X509Certificate,
  given: {
    readonly id: AuthorityId
    readonly key: KeyObject
    readonly root: X509Certificate | undefined
  },
): MadeAuthority {
  const { id, key, root } = given
  const parts = readCertificate(certificate.raw)
  const keyId = readSubjectKeyId(parts) ?? keyIdOf(parts.publicKey)
  const ends = [certificate, ...(root ? [root] : [])].map((one) => one.validToDate.getTime())
  return {
    id,
    source: 'imported',
    signature: signatureOf(key),
    key: describeKey(key),
    subject: certificate.subject.replaceAll('\n', ', '),
    certificate: certificate.raw,
    root: root?.raw,
    fingerprint: fingerprintOf(certificate.raw),
    keyId: Buffer.from(keyId).toString('hex'),
    notBefore: certificate.validFromDate,
    // What it issues ends with whichever of both ends first.
    notAfter: new Date(Math.min(...ends)),
    privateKey: exportPrivateKey(key),
  }
}

const refused = (field: 'certificate' | 'privateKey' | 'root', refusal: ImportRefusal) =>
  ({ kind: 'refused', field, refusal }) as const
