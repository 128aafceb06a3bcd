import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Authority, AuthorityState, StoredAuthority } from './authority.ts'

/** Keeps other processes from making, switching or retiring authorities until the transaction ends. */
export async function lockAuthorities(tx: Db, organization: OrganizationId): Promise<void> {
  // The organization's row is there even before its first authority. Others may add rows below it.
  await tx
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organization)
    .forNoKeyUpdate()
    .execute()
}

export async function findOrganizationName(db: Db, organization: OrganizationId): Promise<string> {
  const { name } = await db
    .selectFrom('organizations')
    .select('name')
    .where('id', '=', organization)
    .executeTakeFirstOrThrow()
  return name
}

/** The one of an organization that issues, or is to issue next. */
export async function findAuthority(
  db: Db,
  organization: OrganizationId,
  state: Exclude<AuthorityState, 'retired'>,
): Promise<StoredAuthority | undefined> {
  const row = await db
    .selectFrom('certificate_authorities')
    .select(COLUMNS)
    .where('organization_id', '=', organization)
    .where('state', '=', state)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function findAuthorityById(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<StoredAuthority | undefined> {
  const row = await db
    .selectFrom('certificate_authorities')
    .select(COLUMNS)
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** All of them: the next one, the active one, and then the retired ones, the newest first. */
export async function listAuthorities(
  db: Db,
  organization: OrganizationId,
): Promise<StoredAuthority[]> {
  const rows = await db
    .selectFrom('certificate_authorities')
    .select(COLUMNS)
    .where('organization_id', '=', organization)
    .orderBy(({ case: choose }) =>
      choose('state').when('next').then(0).when('active').then(1).else(2).end(),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(fromRow)
}

/** The certificates of the authorities of all organizations, and of the roots above them, in DER. */
export async function listAllAnchors(db: Db, now: Date): Promise<Uint8Array[]> {
  // TLS asks for a certificate before it is known which organization's device has come.
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('certificate_authorities')
    .select(COLUMNS)
    .where('not_after', '>', now)
    .execute()
  return rows
    .map(fromRow)
    .flatMap(({ certificate, root }) => (root ? [certificate, root] : [certificate]))
}

/** Authorities of whatever organization with this key id: several only if somebody chose it. */
export async function findAuthoritiesByKeyId(db: Db, keyId: string): Promise<StoredAuthority[]> {
  // Who shows a certificate does not say yet which organization it is of.
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('certificate_authorities')
    .select(COLUMNS)
    .where('key_id', '=', keyId)
    .limit(5)
    .execute()
  return rows.map(fromRow)
}

export async function addAuthority(
  tx: Db,
  organization: OrganizationId,
  authority: Authority & { readonly secretId: string },
  { state, now }: { readonly state: 'next' | 'active'; readonly now: Date },
): Promise<void> {
  await tx
    .insertInto('certificate_authorities')
    .values({
      organization_id: organization,
      id: authority.id,
      state,
      source: authority.source,
      signature: authority.signature,
      key: authority.key,
      subject: authority.subject,
      certificate: authority.certificate,
      root: authority.root ?? null,
      fingerprint: authority.fingerprint,
      key_id: authority.keyId,
      secret_id: authority.secretId,
      not_before: authority.notBefore,
      not_after: authority.notAfter,
      created_at: now,
      activated_at: state === 'active' ? now : null,
    })
    .execute()
}

/** From now on the active one only vouches for what it issued. */
export async function retireActive(tx: Db, organization: OrganizationId, now: Date): Promise<void> {
  await tx
    .updateTable('certificate_authorities')
    .set({ state: 'retired', retired_at: now })
    .where('organization_id', '=', organization)
    .where('state', '=', 'active')
    .execute()
}

export async function activate(
  tx: Db,
  organization: OrganizationId,
  id: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('certificate_authorities')
    .set({ state: 'active', activated_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

const COLUMNS = [
  'organization_id',
  'id',
  'state',
  'source',
  'signature',
  'key',
  'subject',
  'certificate',
  'root',
  'fingerprint',
  'key_id',
  'secret_id',
  'not_before',
  'not_after',
  'created_at',
  'activated_at',
  'retired_at',
] as const satisfies readonly (keyof Schema['certificate_authorities'])[]
type Row = Pick<Selectable<Schema['certificate_authorities']>, (typeof COLUMNS)[number]>

function fromRow(row: Row): StoredAuthority {
  return {
    organization: row.organization_id,
    id: row.id as StoredAuthority['id'], // written by addAuthority
    state: row.state,
    source: row.source,
    signature: row.signature,
    key: row.key,
    subject: row.subject,
    certificate: row.certificate,
    root: row.root ?? undefined,
    fingerprint: row.fingerprint,
    keyId: row.key_id,
    secretId: row.secret_id,
    notBefore: row.not_before,
    notAfter: row.not_after,
    createdAt: row.created_at,
    activatedAt: row.activated_at ?? undefined,
    retiredAt: row.retired_at ?? undefined,
  }
}
