import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Fact } from './standings-store.ts'

/** What a device last told of itself. */
export type DeviceTold = {
  readonly facts: Readonly<Record<string, Fact>>
  /** When its security was last read as a whole, in milliseconds; absent: never. */
  readonly readAt: number | undefined
  readonly heardAt: Date
}

/** What devices last told; those that never said anything are left out. */
export async function listTold(
  db: Db,
  organization: OrganizationId,
  devices: readonly string[],
): Promise<ReadonlyMap<string, DeviceTold>> {
  if (devices.length === 0) return new Map()
  const rows = await db
    .selectFrom('device_standings')
    .select(['device_id', 'facts', 'read_at', 'heard_at'])
    .where('organization_id', '=', organization)
    .where('device_id', 'in', [...devices])
    .where('heard_at', 'is not', null)
    .execute()
  return new Map(
    rows.map(({ device_id, facts, read_at, heard_at }) => [
      device_id,
      {
        facts: facts as DeviceTold['facts'], // written by saveStanding only, as is the next
        readAt: (read_at as { hourly?: number }).hourly,
        heardAt: heard_at as Date, // as asked for above
      },
    ]),
  )
}
