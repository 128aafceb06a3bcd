import { type TenantId, tenantId } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

export type StreamName = 'users' | 'groups'

/** Where the synchronisation of one kind of object stands. */
export type StreamState = {
  readonly tenantId: TenantId
  /** Which properties were asked for: another list needs a new full round. */
  readonly selectHash: string
  readonly round: 'full' | 'delta'
  /** Where an unfinished round goes on. Opaque. */
  readonly cursorUrl: string | undefined
  /** Where the next round of changes starts. Opaque. */
  readonly deltaLink: string | undefined
  readonly generation: number
  readonly roundStartedAt: Date | undefined
  readonly lastSuccessAt: Date | undefined
}

/** The stream's state, if it ever ran. */
export async function findStream(
  db: Db,
  organization: OrganizationId,
  stream: StreamName,
): Promise<StreamState | undefined> {
  const row = await db
    .selectFrom('directory_streams')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return (
    row && {
      tenantId: tenantId(row.tenant_id),
      selectHash: row.select_hash,
      round: row.round,
      cursorUrl: row.cursor_url ?? undefined,
      deltaLink: row.delta_link ?? undefined,
      generation: row.generation,
      roundStartedAt: row.round_started_at ?? undefined,
      lastSuccessAt: row.last_success_at ?? undefined,
    }
  )
}

/** Saved in the same transaction as the page that led there. */
export async function saveStream(
  tx: Db,
  organization: OrganizationId,
  stream: StreamName,
  state: StreamState,
): Promise<void> {
  const row = {
    organization_id: organization,
    stream,
    tenant_id: state.tenantId,
    select_hash: state.selectHash,
    round: state.round,
    cursor_url: state.cursorUrl ?? null,
    delta_link: state.deltaLink ?? null,
    generation: state.generation,
    round_started_at: state.roundStartedAt ?? null,
    last_success_at: state.lastSuccessAt ?? null,
  }
  await tx
    .insertInto('directory_streams')
    .values(row)
    .onConflict((conflict) => conflict.columns(['organization_id', 'stream']).doUpdateSet(row))
    .execute()
}

/** Forgets where a stream stands: its objects were removed. */
export async function removeStream(
  tx: Db,
  organization: OrganizationId,
  stream: StreamName,
): Promise<void> {
  await tx
    .deleteFrom('directory_streams')
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .execute()
}

/** The tenant whose objects the organization holds, if it holds any. */
export async function findSynchronisedTenant(
  db: Db,
  organization: OrganizationId,
): Promise<TenantId | undefined> {
  const row = await db
    .selectFrom('directory_streams')
    .select('tenant_id')
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row && tenantId(row.tenant_id)
}
