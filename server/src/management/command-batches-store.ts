import type { CommandOutcome } from '@mooring/contract/command-batches'
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { outcomeOf } from './command-outcome.ts'
import type { CommandRow } from './commands-store.ts'

export type BatchRow = Selectable<Schema['command_batches']>

/** Requests of one organization take turns: nobody is told the same twice because two asked at once. */
export async function holdBatches(tx: Db, organization: OrganizationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${organization}, 9))`.execute(tx)
}

export async function findBatch(
  db: Db,
  organization: OrganizationId,
  by: { readonly id: string } | { readonly key: string },
): Promise<BatchRow | undefined> {
  return await db
    .selectFrom('command_batches')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id' in by ? 'id' : 'key', '=', 'id' in by ? by.id : by.key)
    .executeTakeFirst()
}

export type NewBatchRow = Pick<
  BatchRow,
  'id' | 'key' | 'digest' | 'kind' | 'matched' | 'device_count' | 'created_at' | 'created_by'
> & { readonly command: object; readonly target: object; readonly leftOut: object }

export async function addBatch(
  tx: Db,
  organization: OrganizationId,
  { command, target, leftOut, ...row }: NewBatchRow,
): Promise<BatchRow> {
  return await tx
    .insertInto('command_batches')
    .values({
      ...row,
      organization_id: organization,
      command: JSON.stringify(command),
      target: JSON.stringify(target),
      left_out: JSON.stringify(leftOut),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

type Before = { readonly at: Date; readonly id: string }

/** Newest first. */
export async function listBatches(
  db: Db,
  organization: OrganizationId,
  { before, limit }: { readonly before: Before | undefined; readonly limit: number },
): Promise<BatchRow[]> {
  return await db
    .selectFrom('command_batches')
    .selectAll()
    .where('organization_id', '=', organization)
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${before?.at}, ${before?.id})`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export type NamedCommandRow = CommandRow & { readonly device_name: string }

const namedCommands = (db: Db, organization: OrganizationId) =>
  db
    .selectFrom('device_commands as c')
    .innerJoin('devices as d', (join) =>
      join.onRef('d.organization_id', '=', 'c.organization_id').onRef('d.id', '=', 'c.device_id'),
    )
    .selectAll('c')
    .select('d.name as device_name')
    .where('c.organization_id', '=', organization)
    .where('d.organization_id', '=', organization)

/** What single devices were told, newest first; what takes devices away has a list of its own. */
export async function listSingleCommands(
  db: Db,
  organization: OrganizationId,
  { before, limit }: { readonly before: Before | undefined; readonly limit: number },
): Promise<NamedCommandRow[]> {
  return await namedCommands(db, organization)
    .where('c.command_batch_id', 'is', null)
    .where('c.batch_id', 'is', null)
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(c.created_at, c.id) < (${before?.at}, ${before?.id})`),
    )
    .orderBy('c.created_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit)
    .execute()
}

/** Of a command, or of those of a request: how it is called for people. */
const OUTCOMES = {
  waiting: { state: ['held', 'queued'] },
  sent: { state: ['sent'], uncertain: false },
  succeeded: { state: ['succeeded'] },
  failed: { state: ['failed'] },
  uncertain: { state: ['sent'], uncertain: true },
  cancelled: { state: ['cancelled'] },
  expired: { state: ['expired'] },
} as const satisfies Record<
  CommandOutcome,
  { readonly state: readonly CommandRow['state'][]; readonly uncertain?: boolean }
>

/** Whether a command ended in one of these ways. */
export function hasOutcome(outcomes: readonly CommandOutcome[]) {
  return (is: ExpressionBuilder<{ c: Schema['device_commands'] }, 'c'>) =>
    is.or(
      outcomes.map((outcome) => {
        const wanted: { state: readonly CommandRow['state'][]; uncertain?: boolean } =
          OUTCOMES[outcome]
        return is.and([
          is('c.state', 'in', [...wanted.state]),
          ...(wanted.uncertain === undefined ? [] : [is('c.uncertain', '=', wanted.uncertain)]),
        ])
      }),
    )
}

/** Each device of a request, the last one first. @param before a number: those before it. */
export async function listBatchCommands(
  db: Db,
  organization: OrganizationId,
  asked: {
    readonly batch: string
    readonly outcome: CommandOutcome | undefined
    readonly before: number | undefined
    readonly limit: number
  },
): Promise<NamedCommandRow[]> {
  const { batch, outcome, before, limit } = asked
  let query = namedCommands(db, organization).where('c.command_batch_id', '=', batch)
  if (outcome) query = query.where((is) => hasOutcome([outcome])(is as never))
  if (before !== undefined) query = query.where('c.number', '<', before)
  return await query.orderBy('c.number', 'desc').limit(limit).execute()
}

export type Progress = Readonly<Record<CommandOutcome, number>>

export const NO_PROGRESS: Progress = {
  waiting: 0,
  sent: 0,
  succeeded: 0,
  failed: 0,
  uncertain: 0,
  cancelled: 0,
  expired: 0,
}

/** How many devices of each of these requests are how far. */
export async function countProgress(
  db: Db,
  organization: OrganizationId,
  batches: readonly string[],
): Promise<ReadonlyMap<string, Progress>> {
  if (batches.length === 0) return new Map()
  const rows = await db
    .selectFrom('device_commands')
    .select(['command_batch_id', 'state', 'uncertain', sql<number>`count(*)::int`.as('count')])
    .where('organization_id', '=', organization)
    .where('command_batch_id', 'in', [...batches])
    .groupBy(['command_batch_id', 'state', 'uncertain'])
    .execute()
  const found = new Map<string, Progress>(batches.map((id) => [id, NO_PROGRESS]))
  for (const { command_batch_id: id, count, ...row } of rows) {
    if (id === null) continue
    const progress = found.get(id) ?? NO_PROGRESS
    const outcome = outcomeOf(row)
    found.set(id, { ...progress, [outcome]: progress[outcome] + count })
  }
  return found
}

/** Takes back what no device was told yet. @returns how many. */
export async function cancelBatchCommands(
  tx: Db,
  organization: OrganizationId,
  { batch, now }: { readonly batch: string; readonly now: Date },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('device_commands')
    .set({ state: 'cancelled', ended_at: now })
    .where('organization_id', '=', organization)
    .where('command_batch_id', '=', batch)
    .where('state', 'in', ['held', 'queued'])
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function markCancelled(
  tx: Db,
  organization: OrganizationId,
  { batch, by, now }: { readonly batch: string; readonly by: string; readonly now: Date },
): Promise<BatchRow> {
  return await tx
    .updateTable('command_batches')
    .set({ cancelled_at: now, cancelled_by: by })
    .where('organization_id', '=', organization)
    .where('id', '=', batch)
    .returningAll()
    .executeTakeFirstOrThrow()
}
