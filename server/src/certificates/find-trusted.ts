import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listAuthorities } from './authorities-store.ts'
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
