import {
  OwnRequest,
  SELF_SERVICE_DEFAULTS,
  type SelfServiceSettings,
} from '@mooring/contract/my-devices'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { CommandRow } from './commands-store.ts'

export async function findSelfService(
  db: Db,
  organization: OrganizationId,
): Promise<SelfServiceSettings> {
  const row = await db
    .selectFrom('self_service_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  if (!row) return SELF_SERVICE_DEFAULTS
  return {
    sync: row.may_sync,
    restart: row.may_restart,
    lock: row.may_lock,
    reportLost: row.may_report_lost,
    lockWhenLost: row.locks_lost,
  }
}

export async function saveSelfService(
  tx: Db,
  organization: OrganizationId,
  settings: SelfServiceSettings,
): Promise<void> {
  const row = {
    may_sync: settings.sync,
    may_restart: settings.restart,
    may_lock: settings.lock,
    may_report_lost: settings.reportLost,
    locks_lost: settings.lockWhenLost,
  }
  await tx
    .insertInto('self_service_settings')
    .values({ organization_id: organization, ...row })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}

export type RequestRow = Pick<
  CommandRow,
  'device_id' | 'kind' | 'state' | 'uncertain' | 'own_request_of' | 'created_at'
>

/** What people are shown; of the rest they hear nothing, least of all of a wipe that is still to come. */
const SHOWN = OwnRequest.shape.kind.options
const SHOWN_OF_EACH = 5

/** The latest of what devices were asked since they enrolled, newest first. */
export async function listOwnRequests(
  db: Db,
  organization: OrganizationId,
  devices: readonly string[],
): Promise<RequestRow[]> {
  if (devices.length === 0) return []
  return await db
    .selectFrom('devices as d')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('device_commands as c')
          .select([
            'c.device_id',
            'c.kind',
            'c.state',
            'c.uncertain',
            'c.own_request_of',
            'c.created_at',
            'c.number',
          ])
          .where('c.organization_id', '=', organization)
          .whereRef('c.device_id', '=', 'd.id')
          // What whoever had it before was told is theirs.
          .whereRef('c.created_at', '>=', 'd.enrolled_at')
          .where('c.kind', 'in', [...SHOWN])
          .orderBy('c.number', 'desc')
          .limit(SHOWN_OF_EACH)
          .as('c'),
      (join) => join.onTrue(),
    )
    .select(['c.device_id', 'c.kind', 'c.state', 'c.uncertain', 'c.own_request_of', 'c.created_at'])
    .where('d.organization_id', '=', organization)
    .where('d.id', 'in', [...devices])
    .orderBy('c.number', 'desc')
    .execute()
}

/** Whether they have asked for the same already, and the device was not told yet. */
export async function isWaiting(
  tx: Db,
  organization: OrganizationId,
  asked: { readonly deviceId: string; readonly kind: string; readonly person: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom('device_commands')
    .select('id')
    .where('organization_id', '=', organization)
    .where('device_id', '=', asked.deviceId)
    .where('state', '=', 'queued')
    .where('kind', '=', asked.kind)
    .where('own_request_of', '=', asked.person)
    .executeTakeFirst()
  return row !== undefined
}
