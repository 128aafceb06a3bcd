import type { DeviceSort } from '@mooring/contract/device-lists'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { searchQuery } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_EACH_TIME } from '../platform/planned-statements.ts'
import type { DeviceRow } from './device.ts'
import { fitsFilter, type OpenFilter } from './device-filter-store.ts'

/** Where a list goes on: after this one. Instants in milliseconds. */
type DevicePlace = { readonly key: string | number; readonly id: string }
export type ListedDevice = DeviceRow & { readonly key: string | number }

type DeviceOrder = { readonly sort: DeviceSort; readonly descending: boolean }
type WantedDevices = DeviceOrder & {
  readonly filter: OpenFilter
  readonly after: DevicePlace | undefined
  readonly limit: number
  readonly now: Date
  /** How many fit, if that is known: few are picked out and sorted, many are met on the way. */
  readonly total: number | undefined
}

/** Below this it costs less to look at all devices than to go along an index until enough of them are met. */
const FEW = 8000

const MILLISECONDS = (column: string) =>
  sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`

/** By what it is sorted, and how that is told to whoever asks for the next page. */
const ORDERS: Readonly<
  Record<DeviceSort, { place: RawBuilder<unknown>; key: RawBuilder<string | number> }>
> = {
  name: { place: sql.ref('devices.sort_name'), key: sql.ref('devices.sort_name') },
  // A device that never came stands before all others. No index: it would have to be written at each visit.
  lastSeenAt: {
    place: sql`coalesce(devices.last_seen_at, timestamptz '1970-01-01 00:00:00Z')`,
    key: sql`coalesce(${MILLISECONDS('devices.last_seen_at')}, 0)`,
  },
  enrolledAt: {
    place: sql.ref('devices.enrolled_at'),
    key: MILLISECONDS('devices.enrolled_at'),
  },
  build: {
    place: sql`coalesce(devices.build_number, 0)`,
    key: sql`coalesce(devices.build_number, 0)`,
  },
}

/** Devices that fit, in the order asked for; `limit` of them after a place. */
export async function listDevices(
  db: Db,
  organization: OrganizationId,
  wanted: WantedDevices,
): Promise<ListedDevice[]> {
  const { sort, descending, limit, total } = wanted
  const { place, key } = ORDERS[sort]
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const ids = fittingAfter(db, organization, wanted).select(['devices.id', place.as('place')])
  // What stands behind `offset` is looked for before it is sorted, along no index of the order.
  const isPicked = total !== undefined && total <= FEW
  const fence = isPicked ? sql`offset 0` : sql``
  const { rows } = await sql<ListedDevice>`
    ${sql.raw(PLANNED_EACH_TIME)}
    with page as (
      select id, place from (${ids} ${fence}) as fitting
      order by place ${direction}, id ${direction} limit ${sql.lit(limit)})
    select devices.*, ${key} as key
    from page
    join devices on devices.organization_id = ${organization} and devices.id = page.id
    order by page.place ${direction}, page.id ${direction}`.execute(db)
  return rows
}

/** Where conditions are looked up: people and Entra's ids are indexed where they stand. */
function rowsOf(db: Db, { entraDeviceId, user, members }: OpenFilter) {
  const isChosen = typeof members === 'object'
  const isAboutPeople =
    (entraDeviceId ?? user ?? (isChosen ? (members.entraDeviceId ?? members.user) : undefined)) !==
    undefined
  const whole = db.selectFrom('devices')
  // The copy has every other column that filters and orders name, under the same name.
  return isAboutPeople ? whole : (db.selectFrom('device_list as devices') as typeof whole)
}

function fittingAfter(db: Db, organization: OrganizationId, wanted: WantedDevices) {
  const { filter, after, now, sort, descending } = wanted
  const fitting = rowsOf(db, filter)
    .where('devices.organization_id', '=', organization)
    .where(fitsFilter(organization, filter, now))
  if (!after) return fitting
  const { place } = ORDERS[sort]
  const beyond = sql.raw(descending ? '<' : '>')
  return fitting.where(
    sql<SqlBool>`(${place}, devices.id) ${beyond} (${placeOf(sort, after)}, ${after.id})`,
  )
}

function placeOf(sort: DeviceSort, { key }: DevicePlace): Expression<unknown> {
  switch (sort) {
    case 'name':
      return sql`${String(key)}`
    case 'build':
      return sql`${Number(key)}::bigint`
    case 'lastSeenAt':
    case 'enrolledAt':
      return sql`to_timestamp(${Number(key)}::double precision / 1000)`
  }
}

/** The words that are looked for, where nothing else is asked. */
function wordsAlone({ search, ...rest }: OpenFilter): string | undefined {
  const isAlone = Object.values(rest).every((value) => value === undefined)
  return isAlone && search !== undefined ? searchQuery(search) : undefined
}

/** How many devices fit. */
export async function countDevices(
  db: Db,
  organization: OrganizationId,
  { filter, now }: { readonly filter: OpenFilter; readonly now: Date },
): Promise<number> {
  const words = wordsAlone(filter)
  if (words !== undefined) {
    const { count } = await db
      .selectFrom('device_words')
      .where('organization_id', '=', organization)
      .where(sql<SqlBool>`search @@ ${words}::tsquery`)
      .select((is) => is.fn.countAll<number>().as('count'))
      .modifyFront(sql.raw(PLANNED_EACH_TIME))
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  const { count } = await rowsOf(db, filter)
    .where('devices.organization_id', '=', organization)
    .where(fitsFilter(organization, filter, now))
    .select((is) => is.fn.countAll<number>().as('count'))
    .modifyFront(sql.raw(PLANNED_EACH_TIME))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** As many rows as are in memory at once. */
const CHUNK = 2000

/** Every device that fits, some thousand at a time. */
export async function* readDevices(
  db: Db,
  organization: OrganizationId,
  wanted: Omit<WantedDevices, 'after' | 'limit'>,
): AsyncGenerator<readonly ListedDevice[]> {
  let after: DevicePlace | undefined
  while (true) {
    const rows = await listDevices(db, organization, { ...wanted, after, limit: CHUNK })
    if (rows.length > 0) yield rows
    after = rows.at(-1)
    if (rows.length < CHUNK) return
  }
}
