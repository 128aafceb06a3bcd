import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** A device that somebody would take away. */
export type Target = {
  readonly id: string
  readonly name: string
  readonly state: 'enrolled' | 'unenrolled' | 'wiped'
  /** Something of the kind waits for it already. */
  readonly isWaiting: boolean
}

/** Those of these ids that are devices of the organization, held until the transaction ends. */
export async function findTargets(
  tx: Db,
  organization: OrganizationId,
  ids: readonly string[],
): Promise<Target[]> {
  const rows = await tx
    .selectFrom('devices as d')
    .select([
      'd.id',
      'd.name',
      'd.state',
      sql<boolean>`exists (select from device_commands c where c.organization_id = ${organization}
        and c.device_id = d.id and c.batch_id is not null and c.created_at >= d.enrolled_at
        and (c.state in ('held', 'queued') or (c.state = 'sent' and not c.uncertain)))`.as(
        'isWaiting',
      ),
    ])
    .where('d.organization_id', '=', organization)
    .where('d.id', 'in', [...ids])
    .orderBy('d.id')
    .forUpdate()
    .execute()
  return rows
}
