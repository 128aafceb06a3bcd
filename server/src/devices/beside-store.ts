import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import type { DeviceRow } from './device.ts'

/** What an enrolment needs to know of a device that is here already. */
export type DeviceBeside = Pick<
  DeviceRow,
  'id' | 'state' | 'entra_device_id' | 'hardware_id' | 'user_entra_id'
> & {
  /** Whether the person who is asked for has it enrolled. */
  readonly counts: boolean
}

type Asked = {
  readonly entraDeviceId: string | undefined
  /** Left out: only the device's. */
  readonly userEntraId: string | undefined
}

/**
 * For each of these: everything that is known here under its Entra device, and whatever its person has
 * enrolled; the latest first.
 */
export async function listBesideEach(
  db: Db,
  organization: OrganizationId,
  asked: readonly Asked[],
): Promise<DeviceBeside[][]> {
  const given = asked.map(({ entraDeviceId, userEntraId }, place) => ({
    place,
    entra_device_id: entraDeviceId,
    user_entra_id: userEntraId,
  }))
  const { rows } = await sql<DeviceBeside & { readonly place: number }>`${sql.raw(PLANNED_ONCE)}
    select asked.place, beside.id, beside.state, beside.entra_device_id, beside.hardware_id,
      beside.user_entra_id,
      coalesce(beside.state = 'enrolled' and beside.user_entra_id = asked.user_entra_id, false)
        as counts
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as asked (
      place integer, entra_device_id uuid, user_entra_id uuid)
    cross join lateral (
      select d.id, d.state, d.entra_device_id, d.hardware_id, d.user_entra_id, d.enrolled_at
      from devices d
      where d.organization_id = ${organization} and d.entra_device_id = asked.entra_device_id
      union all
      select d.id, d.state, d.entra_device_id, d.hardware_id, d.user_entra_id, d.enrolled_at
      from devices d
      where d.organization_id = ${organization} and d.user_entra_id = asked.user_entra_id
        and d.state = 'enrolled' and d.entra_device_id is distinct from asked.entra_device_id
    ) as beside
    order by asked.place, beside.enrolled_at desc, beside.id`.execute(db)
  const each: DeviceBeside[][] = asked.map(() => [])
  for (const { place, ...row } of rows) each[place]?.push(row)
  return each
}
