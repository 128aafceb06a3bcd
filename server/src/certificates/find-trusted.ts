import { X509Certificate } from 'node:crypto'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listAllAnchors, listAuthorities } from './authorities-store.ts'
import { type AuthorityCertificates, toCertificates } from './authority.ts'

/**
 * All authorities whose certificates hold, or will next: those that TLS, or a proxy, has to name when
 * it asks devices for theirs.
 */
export async function findAuthorityCertificates(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<AuthorityCertificates[]> {
  const all = await listAuthorities(db, organization)
  return all.filter(({ notAfter }) => notAfter > now).map(toCertificates)
}

/** What TLS names when it asks whoever comes for a certificate: the authorities of all organizations, in PEM. */
export async function findTrustAnchors(db: Db, now: Date): Promise<string[]> {
  const anchors = await listAllAnchors(db, now)
  return anchors.map((der) => new X509Certificate(der).toString())
}
