import type { CommandTarget, DoubtReason, LeftOutReason } from '@mooring/contract/command-batches'
import { type Expression, type SqlBool, sql } from 'kysely'
import { fitsFilter, openDeviceFilter } from '../devices/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { hasOutcome } from './command-batches-store.ts'

/** What decides whether a device is told. */
export type Picking = {
  readonly target: CommandTarget
  readonly kind: string
  readonly parameters: object
  /** The first build of Windows that knows it: `26100`. */
  readonly minimumBuild: number | undefined
  readonly now: Date
}

const DAY_MS = 86_400_000
/** Whoever was away for so long may be away for as long again; what waits then has expired. */
const AWAY_DAYS = 30

/** The devices that a target means, as they are now, each with why it is left out or doubtful. */
async function pickedDevices(db: Db, organization: OrganizationId, picking: Picking) {
  const { kind, parameters, minimumBuild, now } = picking
  const means = await meaningOf(db, organization, picking)
  const away = new Date(now.getTime() - AWAY_DAYS * DAY_MS)
  // The same thing twice disturbs twice: whoever asks again while it waits gets it once. Not correlated, so
  // that it is looked up once and not for each device, whatever the statistics say.
  const waits = sql<SqlBool>`devices.id in (
    select c.device_id from device_commands c
    join devices w on w.organization_id = ${organization} and w.id = c.device_id
    where c.organization_id = ${organization} and c.kind = ${kind}
      and c.parameters = ${JSON.stringify(parameters)}::jsonb and c.created_at >= w.enrolled_at
      and c.state in ('held', 'queued') and c.batch_id is null)`
  const isOld =
    minimumBuild === undefined
      ? sql<SqlBool>`false`
      : sql<SqlBool>`coalesce(substring(devices.build from '^\\d+\\.\\d+\\.(\\d{1,9})')::int < ${minimumBuild}, false)`
  return db
    .selectFrom('devices')
    .select(['devices.id', 'devices.name', 'devices.sort_name'])
    .select(
      sql<LeftOutReason | null>`case
        when devices.state <> 'enrolled' then 'notEnrolled'
        when ${isOld} then 'buildTooOld'
        when ${waits} then 'waitsAlready' end`.as('left_out'),
    )
    .select(
      sql<DoubtReason | null>`case
        when devices.last_seen_at is null then 'neverSeen'
        when devices.last_seen_at < ${away} then 'awayLong' end`.as('doubt'),
    )
    .where('devices.organization_id', '=', organization)
    .where(means)
}

async function meaningOf(
  db: Db,
  organization: OrganizationId,
  { target, now }: Picking,
): Promise<Expression<SqlBool>> {
  switch (target.kind) {
    case 'devices':
      return sql<SqlBool>`devices.id = any(${[...new Set(target.devices)]}::text[])`
    case 'group': {
      const filter = await openDeviceFilter(db, organization, { group: target.group })
      return fitsFilter(organization, filter, now)
    }
    case 'filter': {
      const filter = await openDeviceFilter(db, organization, target.filter)
      return fitsFilter(organization, filter, now)
    }
    case 'outcome': {
      const found = db
        .selectFrom('device_commands as c')
        .select('c.device_id')
        .where('c.organization_id', '=', organization)
        .where('c.command_batch_id', '=', target.batch)
        .where(hasOutcome(target.outcomes))
        // Asked for once more already: how that ended is another request's matter.
        .where(sql<SqlBool>`not exists (
          select from device_commands later
          where later.organization_id = ${organization} and later.device_id = c.device_id
            and later.number > c.number and later.kind = c.kind and later.parameters = c.parameters)`)
      return sql<SqlBool>`devices.id in (${found})`
    }
  }
}

/** @param limit one more than may be meant, to see that it is too many. */
export async function pickDevices(
  db: Db,
  organization: OrganizationId,
  picking: Picking,
  limit: number,
): Promise<{ readonly id: string; readonly leftOut: LeftOutReason | null }[]> {
  const picked = await pickedDevices(db, organization, picking)
  const rows = await picked.orderBy('devices.id').limit(limit).execute()
  return rows.map(({ id, left_out: leftOut }) => ({ id, leftOut }))
}

export type PickedCount = {
  readonly leftOut: LeftOutReason | null
  readonly doubt: DoubtReason | null
  readonly count: number
  /** Some of them, by name. */
  readonly examples: readonly { readonly id: string; readonly name: string }[]
}

const EXAMPLES = 5

/** The same, only counted. */
export async function countPicked(
  db: Db,
  organization: OrganizationId,
  picking: Picking,
): Promise<PickedCount[]> {
  const picked = await pickedDevices(db, organization, picking)
  const { rows } = await sql<PickedCount>`
    with picked as (${picked}),
      placed as (
        select *, row_number() over (partition by left_out, doubt order by sort_name, id) as place
        from picked)
    select left_out as "leftOut", doubt, count(*)::int as count,
      coalesce(
        jsonb_agg(jsonb_build_object('id', id, 'name', name) order by place)
          filter (where place <= ${EXAMPLES} and (left_out is not null or doubt is not null)),
        '[]'::jsonb) as examples
    from placed group by left_out, doubt`.execute(db)
  return rows
}
