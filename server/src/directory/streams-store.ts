import type { StreamName as ContractStream } from '@mooring/contract/directory'
import type { Kysely } from 'kysely'
import { type TenantId, tenantId } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { RunProblem } from './sync-run.ts'

export type StreamName = ContractStream

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
  /** A full round has ended; what it did not meet is still to be let go. */
  readonly sweepDue: boolean
  readonly lastFullAt: Date | undefined
  /** Why the last run could not read it. */
  readonly problem: RunProblem | undefined
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
      sweepDue: row.sweep_due,
      lastFullAt: row.last_full_at ?? undefined,
      problem: (row.problem as RunProblem | null) ?? undefined, // written by saveStreamProblem only
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
    sweep_due: state.sweepDue,
    last_full_at: state.lastFullAt ?? null,
    problem: state.problem ? JSON.stringify(state.problem) : null,
  }
  await tx
    .insertInto('directory_streams')
    .values(row)
    .onConflict((conflict) => conflict.columns(['organization_id', 'stream']).doUpdateSet(row))
    .execute()
}

/** Notes why a stream could not be read; where it stands stays. */
export async function saveStreamProblem(
  tx: Db,
  organization: OrganizationId,
  stream: StreamName,
  { problem, ...first }: Pick<StreamState, 'tenantId' | 'selectHash'> & { problem: RunProblem },
): Promise<void> {
  const row = { problem: JSON.stringify(problem) }
  await tx
    .insertInto('directory_streams')
    .values({
      organization_id: organization,
      stream,
      tenant_id: first.tenantId,
      select_hash: first.selectHash,
      round: 'full',
      generation: 0,
      sweep_due: false,
      cursor_url: null,
      delta_link: null,
      round_started_at: null,
      last_success_at: null,
      last_full_at: null,
      ...row,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'stream']).doUpdateSet(row))
    .execute()
}

/** What full rounds that have ended did not meet has been let go. */
export async function markSwept(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .updateTable('directory_streams')
    .set({ sweep_due: false })
    .where('organization_id', '=', organization)
    .where('sweep_due', '=', true)
    .where('round', '=', 'delta')
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

/** Forgets where every stream stands. */
export async function removeAllStreams(tx: Db, organization: OrganizationId): Promise<void> {
  await tx.deleteFrom('directory_streams').where('organization_id', '=', organization).execute()
}

/** Whether anything of these kinds was ever brought, and is still here. */
export async function hasBrought(
  tx: Db,
  organization: OrganizationId,
  streams: readonly StreamName[],
): Promise<boolean> {
  const row = await tx
    .selectFrom('directory_streams')
    .select('stream')
    .where('organization_id', '=', organization)
    .where('stream', 'in', streams)
    .where('generation', '>', 0)
    .executeTakeFirst()
  return row !== undefined
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
    // A stream whose first reading failed has brought nothing.
    .where('generation', '>', 0)
    .executeTakeFirst()
  return row && tenantId(row.tenant_id)
}

/** When the kind of object that has waited longest for a success had its last; of every organization. */
export async function findOldestSuccess(db: Kysely<Schema>): Promise<Date | undefined> {
  const row = await acrossOrganizations(db)
    .selectFrom('directory_streams')
    .innerJoin('connections', 'connections.organization_id', 'directory_streams.organization_id')
    .select((is) => is.fn.min('last_success_at').as('oldest'))
    .executeTakeFirst()
  return row?.oldest ?? undefined
}
