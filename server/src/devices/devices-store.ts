import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { sortKey } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { buildNumber } from './build-number.ts'
import type { DeviceId, DeviceRow } from './device.ts'
import { wordsOf } from './device-words.ts'

export async function findDevice(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<DeviceRow | undefined> {
  return await db
    .selectFrom('devices')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** What Windows said of itself when the device enrolled. */
export async function findContext(
  db: Db,
  organization: OrganizationId,
  device: string,
): Promise<unknown> {
  const row = await db
    .selectFrom('device_contexts')
    .select('context')
    .where('organization_id', '=', organization)
    .where('device_id', '=', device)
    .executeTakeFirst()
  return row?.context ?? {}
}

/** A device, held until the transaction ends. */
export async function lockDevice(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<DeviceRow | undefined> {
  return await tx
    .selectFrom('devices')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Everything with this hardware id that no Entra device stands for; the latest first. */
export async function lockByHardware(
  tx: Db,
  organization: OrganizationId,
  hardwareId: string,
): Promise<DeviceRow[]> {
  return await tx
    .selectFrom('devices')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('hardware_id', '=', hardwareId)
    .where('entra_device_id', 'is', null)
    .orderBy('enrolled_at', 'desc')
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** How many devices somebody has enrolled, not counting this one. */
export async function countDevicesOf(
  db: Db,
  organization: OrganizationId,
  { userEntraId, except }: { readonly userEntraId: string; readonly except: string | undefined },
): Promise<number> {
  const { count } = await db
    .selectFrom('devices')
    .select((fn) => fn.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organization)
    .where('user_entra_id', '=', userEntraId)
    .where('state', '=', 'enrolled')
    .where('id', '<>', except ?? '')
    .executeTakeFirstOrThrow()
  return count
}

/** What an enrolment makes known of a device. */
export type EnrolledDevice = {
  readonly id: DeviceId
  readonly name: string
  readonly entraDeviceId: string | undefined
  readonly mdmDeviceId: string
  readonly hardwareId: string | undefined
  readonly serialNumber: string | undefined
  readonly manufacturer: string | undefined
  readonly model: string | undefined
  readonly build: string | undefined
  readonly edition: string | undefined
  readonly locale: string | undefined
  readonly ownership: 'corporate' | 'personal'
  readonly scope: 'device' | 'user'
  readonly user:
    | {
        readonly id: string | undefined
        readonly entraId: string
        readonly name: string
        readonly userPrincipalName: string | undefined
      }
    | undefined
  readonly secretId: string
  /** What the administrator calls those that enrol with one token. */
  readonly groupName: string | undefined
  readonly context: Readonly<Record<string, readonly string[]>>
  readonly now: Date
}

/** What is written of a device that has just enrolled. */
export function rowsOf(organization: OrganizationId, device: EnrolledDevice) {
  const { user, now } = device
  const told = {
    name: device.name,
    entra_device_id: device.entraDeviceId ?? null,
    mdm_device_id: device.mdmDeviceId,
    hardware_id: device.hardwareId ?? null,
    serial_number: device.serialNumber ?? null,
    manufacturer: device.manufacturer ?? null,
    model: device.model ?? null,
    operating_system: 'Windows',
    build: device.build ?? null,
    build_number: buildNumber(device.build ?? '') ?? null,
    edition: device.edition ?? null,
    locale: device.locale ?? null,
    ownership: device.ownership,
    scope: device.scope,
    state: 'enrolled' as const,
    user_id: user?.id ?? null,
    user_entra_id: user?.entraId ?? null,
    user_name: user?.name ?? null,
    user_principal_name: user?.userPrincipalName ?? null,
    secret_id: device.secretId,
    group_name: device.groupName ?? null,
    enrolled_at: now,
    is_unweighed: true,
    sort_name: sortKey(device.name),
    // A fresh Windows has yet to tell.
    ...UNTOLD,
  }
  return {
    told,
    device: { ...told, organization_id: organization, id: device.id, first_enrolled_at: now },
    key: { organization_id: organization, device_id: device.id },
    words: wordsOf({ ...told, id: device.id }),
  }
}

/** The statements that write a device that has just enrolled, whether or not it was here before. */
export function saveEnrolled(tx: Db, organization: OrganizationId, enrolled: EnrolledDevice) {
  const { told, device, key, words } = rowsOf(organization, enrolled)
  const context = JSON.stringify(enrolled.context)
  const search = toSearch(words)
  return [
    tx
      .insertInto('devices')
      .values(device)
      .onConflict((conflict) =>
        conflict
          .columns(['organization_id', 'id'])
          .doUpdateSet({ ...told, enrolments: sql<number>`devices.enrolments + 1` }),
      ),
    tx
      .insertInto('device_contexts')
      .values({ ...key, context })
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'device_id']).doUpdateSet({ context }),
      ),
    tx
      .insertInto('device_words')
      .values({ ...key, search })
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'device_id']).doUpdateSet({ search }),
      ),
  ]
}

const UNTOLD = {
  encrypted: null,
  secure_boot: null,
  tpm: null,
  firewall: null,
  antivirus: null,
  signatures: null,
  signature_version: null,
  signatures_since: null,
  free_storage_mb: null,
  total_storage_mb: null,
}

/** Words as the database looks for them. */
export const toSearch = (words: string): RawBuilder<string> =>
  sql<string>`array_to_tsvector(string_to_array(${words}, ' '))`

/** Notes when devices were last heard of; never backwards, as processes write in any order. */
export async function markSeen(
  db: Db,
  organization: OrganizationId,
  devices: ReadonlyMap<string, Date>,
): Promise<void> {
  const rows = JSON.stringify(Array.from(devices, ([id, at]) => ({ id, at: at.toISOString() })))
  await sql`
    with seen as (
      select id, at from jsonb_to_recordset(${rows}::jsonb) as s(id text, at timestamptz)),
    listed as (
      update device_list as l set last_seen_at = s.at from seen as s
      where l.organization_id = ${organization} and l.id = s.id
        and (l.last_seen_at is null or l.last_seen_at < s.at))
    update devices as d set last_seen_at = s.at from seen as s
    where d.organization_id = ${organization} and d.id = s.id
      and (d.last_seen_at is null or d.last_seen_at < s.at)`.execute(db)
}

/** A device is no longer managed here; its row stays for what was. */
export async function endEnrolment(
  tx: Db,
  organization: OrganizationId,
  { id, state }: { readonly id: string; readonly state: 'unenrolled' | 'wiped' },
): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ state, is_unweighed: true })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** It has told something: whoever weighs devices looks at it anew. */
export async function markUnweighed(
  tx: Db,
  organization: OrganizationId,
  device: string,
): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ is_unweighed: true })
    .where('organization_id', '=', organization)
    .where('id', '=', device)
    .where('is_unweighed', '=', false)
    .execute()
}
