import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type CertificateSettings, DEFAULT_SETTINGS } from './authority.ts'

/** How the organization's certificates are made: as saved, or as they are when nobody saved anything. */
export async function findCertificateSettings(
  db: Db,
  organization: OrganizationId,
): Promise<CertificateSettings> {
  const row = await db
    .selectFrom('certificate_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  if (!row) return DEFAULT_SETTINGS
  const { algorithm, validity_days, sha1_allowed } = row
  return { algorithm, validityDays: validity_days, sha1Allowed: sha1_allowed }
}

export async function saveCertificateSettings(
  tx: Db,
  organization: OrganizationId,
  settings: CertificateSettings,
  by: { readonly name: string; readonly now: Date },
): Promise<void> {
  const row = {
    organization_id: organization,
    algorithm: settings.algorithm,
    validity_days: settings.validityDays,
    sha1_allowed: settings.sha1Allowed,
    updated_at: by.now,
    updated_by: by.name,
  }
  await tx
    .insertInto('certificate_settings')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}
