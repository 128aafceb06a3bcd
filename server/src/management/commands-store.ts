import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import type { Schema } from '../platform/schema.ts'
import type { CommandStep } from './session-state.ts'

export type CommandRow = Selectable<Schema['device_commands']>

export type NewCommandRow = {
  readonly id: string
  readonly deviceId: string
  readonly kind: string
  readonly parameters: object
  readonly steps: readonly CommandStep[]
  readonly needsUser: boolean
  readonly repeatable: boolean
  readonly createdAt: Date
  readonly createdBy: string
  readonly reason: string | null
  readonly expiresAt: Date
  /** What takes devices away comes in a batch that has to be let go. */
  readonly batchId?: string
  readonly state?: 'queued' | 'held'
  readonly notBefore?: Date
  /** The person who asked for it, of their own device. */
  readonly ownRequestOf?: string
}

/** Adds commands, in their order. */
export async function addCommands(
  tx: Db,
  organization: OrganizationId,
  commands: readonly NewCommandRow[],
): Promise<CommandRow[]> {
  return await tx
    .insertInto('device_commands')
    .values(
      commands.map((command) => ({
        organization_id: organization,
        id: command.id,
        device_id: command.deviceId,
        kind: command.kind,
        parameters: JSON.stringify(command.parameters),
        steps: JSON.stringify(command.steps),
        needs_user: command.needsUser,
        repeatable: command.repeatable,
        batch_id: command.batchId ?? null,
        state: command.state ?? ('queued' as const),
        not_before: command.notBefore ?? null,
        created_at: command.createdAt,
        created_by: command.createdBy,
        reason: command.reason,
        expires_at: command.expiresAt,
        own_request_of: command.ownRequestOf ?? null,
      })),
    )
    .returningAll()
    .execute()
}

/** Newest first. @param before a number: those before it. */
export async function listCommands(
  db: Db,
  organization: OrganizationId,
  { deviceId, before, limit }: { deviceId: string; before: number | undefined; limit: number },
): Promise<CommandRow[]> {
  return await db
    .selectFrom('device_commands')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

const waiting = (tx: Db, organization: OrganizationId, ids: readonly string[]) =>
  tx
    .updateTable('device_commands')
    .where('organization_id', '=', organization)
    .where('id', 'in', [...ids])

/**
 * Holds commands until the transaction ends, so that nobody takes back what is being handed out. By a
 * statement whose plan may get lost.
 *
 * @returns those that still wait.
 */
export async function holdCommands(
  tx: Db,
  organization: OrganizationId,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx
    .selectFrom('device_commands')
    .select('id')
    .where('organization_id', '=', organization)
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .where('state', '=', 'queued')
    .orderBy('id')
    .forUpdate()
    .modifyEnd(sql.raw(PLANNED_ONCE))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/**
 * Their session ended without an answer. What can be done twice waits again; of the rest nobody knows, and
 * it is not sent again unless somebody says so.
 */
export async function putBack(
  tx: Db,
  organization: OrganizationId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await waiting(tx, organization, ids)
    .set({ state: 'queued', sent_at: null })
    .where('state', '=', 'sent')
    .where('repeatable', '=', true)
    .execute()
  await waiting(tx, organization, ids)
    .set({ uncertain: true })
    .where('state', '=', 'sent')
    .where('repeatable', '=', false)
    .execute()
}

/** @returns it, if it still waited. */
export async function cancelCommand(
  tx: Db,
  organization: OrganizationId,
  { id, deviceId, now }: { id: string; deviceId: string; now: Date },
): Promise<CommandRow | undefined> {
  return await waiting(tx, organization, [id])
    .set({ state: 'cancelled', ended_at: now })
    .where('device_id', '=', deviceId)
    .where('state', 'in', ['queued', 'held'])
    .returningAll()
    .executeTakeFirst()
}

export async function findCommand(
  db: Db,
  organization: OrganizationId,
  { id, deviceId }: { id: string; deviceId: string },
): Promise<CommandRow | undefined> {
  return await db
    .selectFrom('device_commands')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Whether the same was asked of the same device once more since. */
export async function hasLater(
  tx: Db,
  organization: OrganizationId,
  { device_id, number, kind, parameters }: CommandRow,
): Promise<boolean> {
  const found = await tx
    .selectFrom('device_commands')
    .select('id')
    .where('organization_id', '=', organization)
    .where('device_id', '=', device_id)
    .where('number', '>', number)
    .where('kind', '=', kind)
    .where('parameters', '=', sql<string>`${JSON.stringify(parameters)}::jsonb`)
    .executeTakeFirst()
  return found !== undefined
}

/** Everything that still waits for a device that is no longer ours. */
export async function cancelAll(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('device_commands')
    .set({ state: 'cancelled', ended_at: now })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('state', 'in', ['queued', 'held'])
    .execute()
}

/** A device enrolled anew: what waited for the Windows before ends, and of what was sent nobody will hear. */
export async function endCommandsBefore(
  tx: Db,
  organization: OrganizationId,
  { deviceId, enrolledAt, now }: { deviceId: string; enrolledAt: Date; now: Date },
): Promise<void> {
  const earlier = tx
    .updateTable('device_commands')
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('created_at', '<', enrolledAt)
  await earlier
    .set({ state: 'cancelled', ended_at: now })
    .where('state', 'in', ['queued', 'held'])
    .execute()
  await earlier.set({ uncertain: true }).where('state', '=', 'sent').execute()
}

/**
 * Ends what waited too long, of all organizations: it is about time and nothing else. And what was given to a
 * device at the very moment in which it left.
 */
export async function expireCommands(db: Db, now: Date): Promise<void> {
  await acrossOrganizations<Schema>(db)
    .updateTable('device_commands')
    .set({ state: 'expired', ended_at: now })
    .where('expires_at', '<=', now)
    .where('state', 'in', ['queued', 'held'])
    .execute()
  await sql`
    update device_commands c set state = 'cancelled', ended_at = ${now}
    from devices d
    where d.organization_id = c.organization_id and d.id = c.device_id and d.state <> 'enrolled'
      and c.state in ('held', 'queued') and c.command_batch_id is not null`.execute(
    acrossOrganizations<Schema>(db),
  )
}
