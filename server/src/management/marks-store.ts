import type { DeviceMarks } from '@mooring/contract/live'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** What happens to older ones is seen when the page is asked for again. */
const LOOKED_AT = 50

/** One statement of index reads: it is asked every half second. @returns undefined once the device is gone. */
export async function findDeviceMarks(
  db: Db,
  organization: OrganizationId,
  device: string,
): Promise<DeviceMarks | undefined> {
  const row = await db
    .selectFrom('devices as d')
    .leftJoin('device_standings as s', (join) =>
      join.onRef('s.organization_id', '=', 'd.organization_id').onRef('s.device_id', '=', 'd.id'),
    )
    .select((is) => [
      'd.name',
      'd.state',
      'd.user_id',
      'd.enrolled_at',
      'd.last_seen_at',
      'd.lost_at',
      's.heard_at',
      's.due_at',
      is
        .selectFrom((from) =>
          from
            .selectFrom('device_commands')
            .select(['number', 'state', 'uncertain'])
            .where('organization_id', '=', organization)
            .where('device_id', '=', device)
            .orderBy('number', 'desc')
            .limit(LOOKED_AT)
            .as('c'),
        )
        .select(
          sql<string>`md5(string_agg(c.number || c.state || c.uncertain, ' ' order by c.number))`.as(
            'mark',
          ),
        )
        .as('commands'),
    ])
    .where('d.organization_id', '=', organization)
    .where('d.id', '=', device)
    .executeTakeFirst()
  if (!row) return undefined
  const { commands, heard_at, due_at, ...rest } = row
  return {
    device: JSON.stringify(rest),
    facts: JSON.stringify([heard_at, due_at]),
    commands: commands ?? '',
  }
}
