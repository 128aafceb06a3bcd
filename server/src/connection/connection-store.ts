import type { Connection } from '@mooring/contract/connection'
import { type ClientId, clientId, type TenantId, tenantId } from '../entra/ids.ts'
import type { Database, Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Finding, Findings } from './finding.ts'

type Row = Schema['connections']

/** A connection as the server works with it. The secret stays sealed until a token is asked for. */
export type StoredConnection = {
  readonly tenantId: TenantId
  readonly clientId: ClientId
  readonly credentialKind: 'secret' | 'certificate'
  readonly secretId: string
  readonly credentialHint: string
  readonly credentialExpiresAt: Date | undefined
  readonly credentialSetAt: Date
  readonly syncUsers: boolean
  readonly syncGroups: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly updatedBy: string
}

/** The organization's connection, if it has one. */
export async function findConnection(
  db: Db,
  organization: OrganizationId,
): Promise<StoredConnection | undefined> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** The same, held until the transaction ends, so that two administrators save one after the other. */
export async function lockConnection(
  tx: Db,
  organization: OrganizationId,
): Promise<StoredConnection | undefined> {
  // The organization's row is there even while there is no connection to lock. The lock lets others
  // add rows that refer to it: a run does, while it holds what whoever saves here may wait for.
  await tx
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organization)
    .forNoKeyUpdate()
    .execute()
  return await findConnection(tx, organization)
}

/**
 * Keeps the connection as it is until the transaction ends, also for others who only do this: waits
 * for, and then keeps out, whoever saves or removes it.
 */
export async function keepConnection(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organization)
    .forShare()
    .execute()
}

/** Organizations whose connection synchronises something. */
export async function listSynchronising(db: Database['db']): Promise<OrganizationId[]> {
  // Whoever starts what is due looks after every organization.
  const rows = await acrossOrganizations(db)
    .selectFrom('connections')
    .select('organization_id')
    .where((is) => is.or([is('sync_users', '=', true), is('sync_groups', '=', true)]))
    .orderBy('organization_id')
    .execute()
  return rows.map((row) => row.organization_id)
}

/** Whom a tenant is connected to, by which application. */
export type ConnectedOrganization = {
  readonly organization: OrganizationId
  readonly clientId: ClientId
}

/** Connections to one tenant: as a rule there is one, but organizations may share a tenant. */
export async function listConnectionsOf(
  db: Db,
  tenant: TenantId,
): Promise<ConnectedOrganization[]> {
  // Whoever shows a tenant's token says with it which organizations are meant.
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('connections')
    .select(['organization_id', 'client_id'])
    .where('tenant_id', '=', tenant)
    .orderBy('organization_id')
    .execute()
  return rows.map((row) => ({
    organization: row.organization_id,
    clientId: clientId(row.client_id),
  }))
}

/** Writes the whole connection, new or in place of the present one. */
export async function saveConnection(
  tx: Db,
  organization: OrganizationId,
  connection: StoredConnection,
): Promise<void> {
  const row = toRow(organization, connection)
  await tx
    .insertInto('connections')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}

/** Removes the connection and what its last check found. */
export async function removeConnection(tx: Db, organization: OrganizationId): Promise<void> {
  await tx.deleteFrom('connections').where('organization_id', '=', organization).execute()
  await removeFindings(tx, organization)
}

/** Forgets the last check, e.g. because it looked at another application. */
export async function removeFindings(tx: Db, organization: OrganizationId): Promise<void> {
  await tx.deleteFrom('connection_checks').where('organization_id', '=', organization).execute()
}

/** What the last check found, if there was one. */
export async function findFindings(
  db: Db,
  organization: OrganizationId,
): Promise<Findings | undefined> {
  const row = await db
    .selectFrom('connection_checks')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    checkedAt: row.checked_at,
    tenantName: row.tenant_name ?? undefined,
    findings: row.findings as readonly Finding[], // written by saveFindings only
  }
}

/** Keeps the findings of a check in place of the ones before. */
export async function saveFindings(
  db: Db,
  organization: OrganizationId,
  found: Findings,
): Promise<void> {
  const row = {
    organization_id: organization,
    checked_at: found.checkedAt,
    tenant_name: found.tenantName ?? null,
    findings: JSON.stringify(found.findings),
  }
  await db
    .insertInto('connection_checks')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}

function toRow(organization: OrganizationId, connection: StoredConnection): Row {
  return {
    organization_id: organization,
    tenant_id: connection.tenantId,
    client_id: connection.clientId,
    credential_kind: connection.credentialKind,
    secret_id: connection.secretId,
    credential_hint: connection.credentialHint,
    credential_expires_at: connection.credentialExpiresAt ?? null,
    credential_set_at: connection.credentialSetAt,
    sync_users: connection.syncUsers,
    sync_groups: connection.syncGroups,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
    updated_by: connection.updatedBy,
  }
}

function fromRow(row: Row): StoredConnection {
  return {
    tenantId: tenantId(row.tenant_id),
    clientId: clientId(row.client_id),
    credentialKind: row.credential_kind,
    secretId: row.secret_id,
    credentialHint: row.credential_hint,
    credentialExpiresAt: row.credential_expires_at ?? undefined,
    credentialSetAt: row.credential_set_at,
    syncUsers: row.sync_users,
    syncGroups: row.sync_groups,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

/** What the API tells of a connection: everything but the secret. */
export function toContract(connection: StoredConnection): Connection {
  return {
    tenantId: connection.tenantId,
    clientId: connection.clientId,
    credential: {
      kind: connection.credentialKind,
      hint: connection.credentialHint,
      expiresAt: connection.credentialExpiresAt?.toISOString() ?? null,
      setAt: connection.credentialSetAt.toISOString(),
    },
    syncUsers: connection.syncUsers,
    syncGroups: connection.syncGroups,
    createdAt: connection.createdAt.toISOString(),
    updatedAt: connection.updatedAt.toISOString(),
    updatedBy: connection.updatedBy,
  }
}
