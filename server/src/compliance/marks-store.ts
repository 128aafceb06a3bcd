import type { EntraMark } from '@mooring/contract/compliance'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { TroubleCode } from './judge-answer.ts'
import { markOf } from './verdicts-store.ts'

/** Whose devices Entra is to be told of; those that pause, and those that only judge, are left alone. */
export async function listOrganizationsToTell(db: Db, now: Date): Promise<OrganizationId[]> {
  // It is looked after for everybody.
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('compliance_settings as c')
    .select('c.organization_id')
    .where('c.is_paused', '=', false)
    .where('c.mode', '<>', 'reportOnly')
    .where((is) =>
      is.exists(
        is
          .selectFrom('device_verdicts as v')
          .select('v.device_id')
          .whereRef('v.organization_id', '=', 'c.organization_id')
          .where('v.tell_at', '<=', now),
      ),
    )
    .orderBy('c.organization_id')
    .execute()
  return rows.map((row) => row.organization_id)
}

/** A mark that Entra is to have. */
export type ToTell = {
  readonly deviceId: string
  readonly entraDeviceId: string
  readonly wanted: EntraMark
  readonly told: EntraMark | null
  readonly tries: number
  readonly confirmedAt: Date | null
  /** How often somebody else overwrote it. */
  readonly overwritten: number
}

/** So long a mark is in the hands of one process; if that dies, another tells it then. */
const LEASE_MS = 5 * 60_000

/** Takes marks that are due, so that nobody else tells them; those that keep somebody out first. */
export async function takeToTell(
  db: Db,
  organization: OrganizationId,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<ToTell[]> {
  const until = new Date(now.getTime() + LEASE_MS)
  const { rows } = await sql<{
    device_id: string
    entra_device_id: string
    wanted: string
    told: string | null
    tries: number
    confirmed_at: Date | null
    overwritten: number
  }>`
    update device_verdicts v set tell_at = ${until}, tries = v.tries + 1
    from devices d
    where v.organization_id = ${organization} and d.organization_id = v.organization_id and d.id = v.device_id
      and d.entra_device_id is not null and v.device_id in (
        select device_id from device_verdicts
        where organization_id = ${organization} and tell_at <= ${now}
        order by (wanted = 'compliant'), tell_at limit ${limit} for update skip locked)
    returning v.device_id, d.entra_device_id, v.wanted, v.told, v.tries, v.confirmed_at, v.overwritten`.execute(
    db,
  )
  return rows.flatMap((row) => {
    const wanted = markOf(row.wanted)
    return wanted === null
      ? []
      : [
          {
            deviceId: row.device_id,
            entraDeviceId: row.entra_device_id,
            wanted,
            told: markOf(row.told),
            tries: row.tries - 1,
            confirmedAt: row.confirmed_at,
            overwritten: row.overwritten,
          },
        ]
  })
}

/** What became of telling one mark. */
export type Told = {
  readonly deviceId: string
  readonly mark: EntraMark
  /** When Graph took it; absent: it did not. */
  readonly toldAt: Date | undefined
  readonly confirmedAt: Date | undefined
  readonly nextAt: Date | undefined
  readonly problem: TroubleCode | undefined
  readonly wasOverwritten: boolean
}

/**
 * Notes what became of marks. Where a device is to have another one by now, that is told next, whatever
 * became of this.
 */
export async function saveTold(
  db: Db,
  organization: OrganizationId,
  told: readonly Told[],
  now: Date,
): Promise<void> {
  if (told.length === 0) return
  const rows = JSON.stringify(
    told.map((one) => ({
      device_id: one.deviceId,
      mark: one.mark,
      told_at: one.toldAt ?? null,
      confirmed_at: one.confirmedAt ?? null,
      next_at: one.nextAt ?? null,
      problem: one.problem ?? null,
      overwritten: one.wasOverwritten ? 1 : 0,
    })),
  )
  await sql`
    update device_verdicts v set
      told = case when r.told_at is null then v.told else r.mark end,
      told_at = coalesce(r.told_at, v.told_at),
      confirmed_at = case when r.told_at is null then v.confirmed_at else r.confirmed_at end,
      tell_at = case when v.wanted is distinct from r.mark then ${now}::timestamptz else r.next_at end,
      tries = case when v.wanted is distinct from r.mark or r.problem is null then 0 else v.tries end,
      problem = case when v.wanted is distinct from r.mark or r.problem is null then null
        else jsonb_build_object('code', r.problem) end,
      overwritten = v.overwritten + r.overwritten
    from jsonb_to_recordset(${rows}::jsonb) as r(device_id text, mark text, told_at timestamptz,
      confirmed_at timestamptz, next_at timestamptz, problem text, overwritten int)
    where v.organization_id = ${organization} and v.device_id = r.device_id`.execute(db)
}

/**
 * Has those told anew of which the directory's own copy says that Entra has something else, and has had it
 * since it was seen to have ours.
 */
export async function tellOverwritten(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<void> {
  await sql`
    update device_verdicts v set tell_at = ${now}
    from devices d, directory_devices e
    where v.organization_id = ${organization} and v.wanted = v.told and v.confirmed_at is not null
      and v.problem is null and v.tell_at > ${now}
      and d.organization_id = v.organization_id and d.id = v.device_id
      and e.organization_id = d.organization_id and e.device_id = d.entra_device_id and e.state = 'active'
      and e.changed_at > v.confirmed_at
      and coalesce(e.is_compliant, false) <> (v.told = 'compliant')`.execute(db)
}
