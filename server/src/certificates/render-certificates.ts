import type { CertificateAuthority, DeviceCertificate } from '@mooring/contract/certificates'
import { type StoredAuthority, type StoredCertificate, stateOf } from './authority.ts'
import { revocationListUrl } from './revocation-list-url.ts'

export function toAuthorityAnswer(
  authority: StoredAuthority,
  { publicUrl, validCertificates }: { readonly publicUrl: URL; readonly validCertificates: number },
): CertificateAuthority {
  const { id, state, source, key, subject, fingerprint, root } = authority
  return {
    id,
    state,
    source,
    key,
    subject,
    fingerprint,
    notBefore: authority.notBefore.toISOString(),
    notAfter: authority.notAfter.toISOString(),
    createdAt: authority.createdAt.toISOString(),
    activatedAt: authority.activatedAt?.toISOString() ?? null,
    retiredAt: authority.retiredAt?.toISOString() ?? null,
    certificate: toPem(authority.certificate),
    root: root ? toPem(root) : null,
    revocationListUrl: revocationListUrl(publicUrl, id),
    validCertificates,
  }
}

export function toCertificateAnswer(certificate: StoredCertificate, now: Date): DeviceCertificate {
  const { id, deviceId, authorityId, serialNumber, fingerprint, thumbprint } = certificate
  const state = stateOf(certificate, now)
  return {
    id,
    deviceId,
    authorityId,
    serialNumber,
    fingerprint,
    thumbprint,
    // A clock that was set back is no state of the certificate.
    state: state === 'notYet' ? 'valid' : state,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    issuedAt: certificate.issuedAt.toISOString(),
    firstUsedAt: certificate.firstUsedAt?.toISOString() ?? null,
    revokedAt: certificate.revokedAt?.toISOString() ?? null,
    revocationReason: certificate.revocationReason ?? null,
    replacedBy: certificate.replacedBy ?? null,
  }
}

/** RFC 7468 §5. */
function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
