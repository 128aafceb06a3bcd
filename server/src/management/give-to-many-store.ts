import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { NewCommandRow } from './commands-store.ts'

/** In one statement: large enough that there are few, small enough that none takes long. */
const AT_ONCE = 2000

type Alike = Omit<NewCommandRow, 'id' | 'deviceId' | 'batchId' | 'state' | 'notBefore'>

/**
 * Adds the same command for many devices, some thousand in a statement.
 *
 * @param devices whoever left meanwhile gets none.
 * @returns how many devices have got one.
 */
export async function addCommandsAlike(
  tx: Db,
  organization: OrganizationId,
  given: {
    readonly batch: string
    readonly devices: readonly string[]
    readonly command: Alike
  },
): Promise<number> {
  const { batch, devices, command } = given
  let added = 0
  for (let from = 0; from < devices.length; from += AT_ONCE) {
    const rows = devices.slice(from, from + AT_ONCE).map((device) => ({ id: newId('cmd'), device }))
    const { numAffectedRows } = await sql`
      insert into device_commands (organization_id, id, device_id, command_batch_id, kind, parameters,
        steps, needs_user, repeatable, state, created_at, created_by, reason, expires_at)
      select ${organization}, n.id, d.id, ${batch}, ${command.kind},
        ${JSON.stringify(command.parameters)}::jsonb, ${JSON.stringify(command.steps)}::jsonb,
        ${command.needsUser}, ${command.repeatable}, 'queued', ${command.createdAt}::timestamptz,
        ${command.createdBy}, ${command.reason}, ${command.expiresAt}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id text, device text)
      join devices d on d.organization_id = ${organization} and d.id = n.device
      where d.state = 'enrolled'`.execute(tx)
    added += Number(numAffectedRows ?? 0)
  }
  return added
}

/** Has everything of the devices of a request read anew when they come next. */
export async function readManyAnew(
  tx: Db,
  organization: OrganizationId,
  { batch, now }: { readonly batch: string; readonly now: Date },
): Promise<void> {
  await sql`
    update device_standings s set read_at = '{}', due_at = ${now}
    from device_commands c
    where s.organization_id = ${organization} and c.organization_id = ${organization}
      and c.command_batch_id = ${batch} and s.device_id = c.device_id`.execute(tx)
}
