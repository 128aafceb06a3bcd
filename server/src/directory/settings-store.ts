import type { DirectorySettings } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { DEFAULT_SETTINGS, readSettings } from './settings.ts'

export type StoredSettings = {
  readonly settings: DirectorySettings
  /** Absent while nobody has chosen anything. */
  readonly updatedAt: Date | undefined
  readonly updatedBy: string | undefined
}

/** The organization's settings, or the defaults. */
export async function findSettings(db: Db, organization: OrganizationId): Promise<StoredSettings> {
  const row = await db
    .selectFrom('directory_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return {
    settings: row ? readSettings(row.settings) : DEFAULT_SETTINGS,
    updatedAt: row?.updated_at,
    updatedBy: row?.updated_by,
  }
}

/** Replaces the organization's settings. */
export async function saveSettings(
  tx: Db,
  organization: OrganizationId,
  settings: DirectorySettings,
  by: { readonly name: string; readonly now: Date },
): Promise<void> {
  const row = {
    organization_id: organization,
    settings: JSON.stringify(settings),
    updated_at: by.now,
    updated_by: by.name,
  }
  await tx
    .insertInto('directory_settings')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}
