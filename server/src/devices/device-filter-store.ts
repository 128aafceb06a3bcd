import { DeviceFilter, type Told } from '@mooring/contract/devices'
import { type Expression, type SqlBool, sql } from 'kysely'
import { isGuid } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { searchQuery } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { buildNumber, lastOfBuild } from './build-number.ts'

/** A filter with what it names looked up. */
export type OpenFilter = DeviceFilter & {
  /** Of the group it names: of its own filter, or whoever was put into it; `none`: there is no such group. */
  readonly members?: DeviceFilter | 'chosen' | 'none' | undefined
}

/** Looks up the group that a filter names. */
export async function openDeviceFilter(
  db: Db,
  organization: OrganizationId,
  filter: DeviceFilter,
): Promise<OpenFilter> {
  if (filter.group === undefined) return filter
  const group = await db
    .selectFrom('device_groups')
    .select('filter')
    .where('organization_id', '=', organization)
    .where('id', '=', filter.group)
    .executeTakeFirst()
  if (!group) return { ...filter, members: 'none' }
  return { ...filter, members: group.filter ? DeviceFilter.parse(group.filter) : 'chosen' }
}

const DAY_MS = 86_400_000
const MB_OF_A_GB = 1024
/** The first build of Windows 11. @see windows-mdm.md 6.1 */
const WINDOWS_11 = '22000'

/**
 * What must be so of `devices` for a device to fit a filter: to be put into any query on that table which
 * calls it by its own name.
 *
 * ```ts
 * const filter = await openDeviceFilter(db, organization, asked)
 * db.selectFrom('devices').where('organization_id', '=', organization).where(fitsFilter(organization, filter, now))
 * ```
 */
export function fitsFilter(
  organization: OrganizationId,
  filter: OpenFilter,
  now: Date,
): Expression<SqlBool> {
  const conditions = [
    ...aboutIdentity(organization, filter),
    ...aboutSystem(filter),
    ...aboutSecurity(filter, now),
    ...aboutTime(filter, now),
    ...aboutGroup(organization, filter, now),
  ]
  if (conditions.length === 0) return sql<SqlBool>`true`
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

type Condition = Expression<SqlBool>
const of = sql<SqlBool>

function aboutIdentity(organization: OrganizationId, filter: OpenFilter): Condition[] {
  const { search, state, ownership, entraDeviceId, user } = filter
  const conditions: Condition[] = []
  if (search !== undefined) conditions.push(hasWords(organization, search))
  // Written out, so that the plan is made for it.
  if (state) conditions.push(of`devices.state = ${sql.lit(state)}`)
  if (ownership) conditions.push(of`devices.ownership = ${sql.lit(ownership)}`)
  if (entraDeviceId) conditions.push(of`devices.entra_device_id = ${entraDeviceId}::uuid`)
  if (user !== undefined) {
    conditions.push(
      isGuid(user)
        ? of`devices.user_entra_id = ${user.toLowerCase()}::uuid`
        : of`devices.user_id = ${user}`,
    )
  }
  return conditions
}

function hasWords(organization: OrganizationId, search: string): Condition {
  const words = searchQuery(search)
  // No word in it is none that a device has: what is told to all that are found must not be told to all.
  if (words === undefined) return of`false`
  return of`exists (
    select from device_words as w
    where w.organization_id = ${organization} and w.device_id = devices.id
      and w.search @@ ${words}::tsquery)`
}

function aboutSystem(filter: OpenFilter): Condition[] {
  const { operatingSystem, edition, buildFrom, buildTo, manufacturer, model } = filter
  const conditions: Condition[] = []
  const eleven = sql.lit(buildNumber(WINDOWS_11))
  if (operatingSystem === 'windows10') conditions.push(of`devices.build_number < ${eleven}`)
  if (operatingSystem === 'windows11') conditions.push(of`devices.build_number >= ${eleven}`)
  if (edition !== undefined) conditions.push(of`devices.edition = ${edition}`)
  const from = buildFrom === undefined ? undefined : buildNumber(buildFrom)
  const to = buildTo === undefined ? undefined : lastOfBuild(buildTo)
  if (from !== undefined) conditions.push(of`devices.build_number >= ${sql.lit(from)}`)
  if (to !== undefined) conditions.push(of`devices.build_number <= ${sql.lit(to)}`)
  if (manufacturer !== undefined)
    conditions.push(of`lower(devices.manufacturer) = lower(${manufacturer})`)
  if (model !== undefined) conditions.push(of`lower(devices.model) = lower(${model})`)
  return conditions
}

function aboutSecurity(filter: OpenFilter, now: Date): Condition[] {
  const conditions: Condition[] = []
  for (const name of ['encrypted', 'secureBoot', 'firewall', 'antivirus', 'signatures'] as const) {
    const asked = filter[name]
    if (asked) conditions.push(isTold(TOLD_COLUMNS[name], asked))
  }
  const { tpm, signaturesOlderThanDays, freeStorageBelowGb } = filter
  if (tpm === 'unknown') conditions.push(of`devices.tpm is null`)
  else if (tpm) conditions.push(of`devices.tpm = ${sql.lit(tpm)}`)
  if (signaturesOlderThanDays !== undefined)
    conditions.push(of`devices.signatures_since < ${daysBefore(now, signaturesOlderThanDays)}`)
  if (freeStorageBelowGb !== undefined)
    conditions.push(of`devices.free_storage_mb < ${freeStorageBelowGb * MB_OF_A_GB}`)
  return conditions
}

const TOLD_COLUMNS = {
  encrypted: 'encrypted',
  secureBoot: 'secure_boot',
  firewall: 'firewall',
  antivirus: 'antivirus',
  signatures: 'signatures',
} as const

function isTold(column: string, asked: Told): Condition {
  const place = sql.ref(`devices.${column}`)
  switch (asked) {
    case 'yes':
      return of`${place}`
    case 'no':
      return of`not ${place}`
    case 'unknown':
      return of`${place} is null`
  }
}

function aboutTime(filter: OpenFilter, now: Date): Condition[] {
  const { seenBefore, notSeenForDays, enrolledAfter } = filter
  const conditions: Condition[] = []
  // One that never came is missed from its enrolment on.
  const isSilentSince = (at: Date) =>
    of`coalesce(devices.last_seen_at, devices.enrolled_at) < ${at}`
  if (seenBefore !== undefined) conditions.push(isSilentSince(new Date(seenBefore)))
  if (notSeenForDays !== undefined) conditions.push(isSilentSince(daysBefore(now, notSeenForDays)))
  if (enrolledAfter !== undefined)
    conditions.push(of`devices.enrolled_at > ${new Date(enrolledAfter)}`)
  return conditions
}

function aboutGroup(
  organization: OrganizationId,
  { group, members }: OpenFilter,
  now: Date,
): Condition[] {
  if (group === undefined) return []
  if (members === 'chosen') {
    return [
      of`exists (
        select from device_group_members as m
        where m.organization_id = ${organization} and m.group_id = ${group}
          and m.device_id = devices.id)`,
    ]
  }
  // A group does not follow from another one: whoever saves it sees to that.
  return members === undefined || members === 'none' || members.group !== undefined
    ? [of`false`]
    : [fitsFilter(organization, members, now)]
}

const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS)
