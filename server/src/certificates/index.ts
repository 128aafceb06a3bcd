import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export type { AuthorityCertificates, StoredCertificate } from './authority.ts'
export { checkCertificateRequest } from './certificate-request.ts'
export { certificateRoutes } from './certificate-routes.ts'
export { type Certificates, createCertificates } from './certificates.ts'
export {
  addCertificate,
  addCertificates,
  listNewest,
  toStoredCertificate,
} from './certificates-store.ts'
export { checkRenewal, checkSignedMessage } from './check-signed-message.ts'
export { noteUsed, revokeDeviceCertificates } from './end-certificates.ts'
export { findDeviceCertificate, judgeShown } from './find-device-certificate.ts'
export { findAuthorityCertificates, findTrustAnchors } from './find-trusted.ts'
export { type IssuedCertificate, NoAuthority, type Standing } from './issue-certificate.ts'
export { addRevocationListRoute } from './revocation-list-route.ts'
export { fingerprintOf } from './sign-body.ts'

/** What this room says. */
export const certificateTexts = { en, de }
