import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { ProviderSettings, StoredProvider } from './provider.ts'

/** How the organization's people sign in, if anything was saved. */
export async function findProvider(
  db: Db,
  organization: OrganizationId,
): Promise<StoredProvider | undefined> {
  const row = await db
    .selectFrom('sign_in_providers')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** The same, held until the transaction ends, so that two administrators save one after the other. */
export async function lockProvider(
  tx: Db,
  organization: OrganizationId,
): Promise<StoredProvider | undefined> {
  // The organization's row is there even while there is no provider to lock.
  await tx
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organization)
    .forNoKeyUpdate()
    .execute()
  return await findProvider(tx, organization)
}

/** Writes the whole provider, new or in place of the present one. */
export async function saveProvider(
  tx: Db,
  organization: OrganizationId,
  { settings, secret, savedAt, savedBy }: StoredProvider,
): Promise<void> {
  const row = {
    organization_id: organization,
    settings: JSON.stringify(settings),
    secret_id: secret?.id ?? null,
    secret_hint: secret?.hint ?? null,
    secret_set_at: secret?.setAt ?? null,
    saved_at: savedAt,
    saved_by: savedBy,
  }
  await tx
    .insertInto('sign_in_providers')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}

type Row = Pick<
  { [C in keyof Schema['sign_in_providers']]: unknown } & Schema['sign_in_providers'],
  'secret_id' | 'secret_hint' | 'secret_set_at' | 'saved_at' | 'saved_by'
> & { readonly settings: unknown }

function fromRow(row: Row): StoredProvider {
  const { secret_id: id, secret_hint: hint, secret_set_at: setAt } = row
  return {
    settings: toSettings(row.settings),
    secret: id !== null && hint !== null && setAt ? { id, hint, setAt } : undefined,
    savedAt: row.saved_at,
    savedBy: row.saved_by,
  }
}

function toSettings(kept: unknown): ProviderSettings {
  const settings = kept as ProviderSettings // written by saveProvider only
  if (settings.kind === 'entra' || settings.endpoints.kind === 'discovery') return settings
  // Earlier ones hold an address that was asked for and never used.
  const { userInfoUrl: _, ...endpoints } = settings.endpoints as typeof settings.endpoints & {
    userInfoUrl?: unknown
  }
  return { ...settings, endpoints }
}
