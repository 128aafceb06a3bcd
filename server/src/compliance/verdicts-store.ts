import { EntraMark, Finding, Verdict } from '@mooring/contract/compliance'
import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

export type VerdictRow = Selectable<Schema['device_verdicts']>

const Findings = Finding.array()
export const findingsOf = (row: Pick<VerdictRow, 'findings'>) => Findings.parse(row.findings)
export const verdictOf = (row: Pick<VerdictRow, 'verdict'>) => Verdict.parse(row.verdict)
export const markOf = (text: string | null) => (text === null ? null : EntraMark.parse(text))

/** Whose devices are to be judged: it is looked after for everybody. */
export async function listOrganizationsToJudge(db: Db, now: Date): Promise<OrganizationId[]> {
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('organizations as o')
    .select('o.id')
    .where((is) =>
      is.or([
        is.exists(
          is
            .selectFrom('devices')
            .select('id')
            .whereRef('organization_id', '=', 'o.id')
            .where('is_unweighed', '=', true),
        ),
        is.exists(
          is
            .selectFrom('device_verdicts')
            .select('device_id')
            .whereRef('organization_id', '=', 'o.id')
            .where('due_at', '<=', now),
        ),
        is.exists(
          is
            .selectFrom('compliance_settings as c')
            .innerJoin('device_verdicts as v', 'v.organization_id', 'c.organization_id')
            .select('v.device_id')
            .whereRef('c.organization_id', '=', 'o.id')
            .whereRef('v.version', '<', 'c.version'),
        ),
      ]),
    )
    .orderBy('o.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** A device that is to be judged, with what was found the last time. */
export type ToJudge = {
  readonly deviceId: string
  readonly state: 'enrolled' | 'unenrolled' | 'wiped'
  readonly entraDeviceId: string | null
  readonly enrolledAt: Date
  readonly seenAt: Date
  readonly before: VerdictRow | undefined
}

/**
 * Takes devices that are to be judged, held until the transaction ends; those that somebody else holds are
 * left to them.
 */
export async function takeToJudge(
  tx: Db,
  organization: OrganizationId,
  { version, now, limit }: { readonly version: number; readonly now: Date; readonly limit: number },
): Promise<ToJudge[]> {
  const taken = await sql<{ id: string }>`
    select d.id from devices d
    where d.organization_id = ${organization} and d.id in (
      (select id from devices where organization_id = ${organization} and is_unweighed limit ${limit})
      union all
      (select device_id from device_verdicts where organization_id = ${organization} and due_at <= ${now} limit ${limit})
      union all
      (select device_id from device_verdicts where organization_id = ${organization} and version < ${version} limit ${limit})
    )
    order by d.id limit ${limit}
    for update of d skip locked`.execute(tx)
  const ids = taken.rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const devices = await tx
    .selectFrom('devices')
    .select(['id', 'state', 'entra_device_id', 'enrolled_at', 'last_seen_at'])
    .where('organization_id', '=', organization)
    .where('id', 'in', ids)
    .execute()
  const verdicts = await tx
    .selectFrom('device_verdicts')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', 'in', ids)
    .forUpdate()
    .execute()
  const before = new Map(verdicts.map((row) => [row.device_id, row]))
  return devices.map((row) => ({
    deviceId: row.id,
    state: row.state,
    entraDeviceId: row.entra_device_id,
    enrolledAt: row.enrolled_at,
    seenAt: row.last_seen_at ?? row.enrolled_at,
    before: before.get(row.id),
  }))
}

/** What a look at a device leads to. */
export type Judged = {
  readonly deviceId: string
  readonly verdict: Verdict
  readonly since: Date
  readonly findings: readonly Finding[]
  readonly dueAt: Date | undefined
  readonly wanted: EntraMark | null
  readonly wantedAt: Date | null
  readonly tellAt: Date | null
  /** Whether its history gets a line. */
  readonly isChange: boolean
}

/** Keeps verdicts, and that their devices have been weighed. */
export async function saveVerdicts(
  tx: Db,
  organization: OrganizationId,
  judged: readonly Judged[],
  { version, now }: { readonly version: number; readonly now: Date },
): Promise<void> {
  if (judged.length === 0) return
  const rows = JSON.stringify(
    judged.map((one) => ({
      device_id: one.deviceId,
      verdict: one.verdict,
      since: one.since,
      findings: one.findings,
      due_at: one.dueAt ?? null,
      wanted: one.wanted,
      wanted_at: one.wantedAt,
      tell_at: one.tellAt,
    })),
  )
  await sql`
    insert into device_verdicts as v (organization_id, device_id, verdict, since, findings, version, judged_at,
      due_at, wanted, wanted_at, tell_at)
    select ${organization}, r.device_id, r.verdict, r.since, r.findings, ${version}::int, ${now}::timestamptz,
      r.due_at, r.wanted, r.wanted_at, r.tell_at
    from jsonb_to_recordset(${rows}::jsonb) as r(device_id text, verdict text, since timestamptz, findings jsonb,
      due_at timestamptz, wanted text, wanted_at timestamptz, tell_at timestamptz)
    on conflict (organization_id, device_id) do update set verdict = excluded.verdict, since = excluded.since,
      findings = excluded.findings, version = excluded.version, judged_at = excluded.judged_at,
      due_at = excluded.due_at, wanted = excluded.wanted, wanted_at = excluded.wanted_at,
      tell_at = excluded.tell_at,
      tries = case when excluded.wanted is distinct from v.wanted then 0 else v.tries end,
      overwritten = case when excluded.wanted is distinct from v.wanted then 0 else v.overwritten end,
      problem = case when excluded.wanted is distinct from v.wanted then null else v.problem end`.execute(
    tx,
  )
  const changes = judged.filter(({ isChange }) => isChange)
  if (changes.length > 0) {
    await tx
      .insertInto('verdict_changes')
      .values(
        changes.map(({ deviceId, verdict, findings }) => ({
          organization_id: organization,
          device_id: deviceId,
          at: now,
          verdict,
          broken: JSON.stringify(brokenOf(findings)),
        })),
      )
      .execute()
  }
  await tx
    .updateTable('devices')
    .set({ is_unweighed: false })
    .where('organization_id', '=', organization)
    .where('is_unweighed', '=', true)
    .where(
      'id',
      'in',
      judged.map(({ deviceId }) => deviceId),
    )
    .execute()
}

/** The rules that are broken, in grace or not. */
export function brokenOf(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ rule, state }) =>
    state === 'violated' || state === 'inGrace' ? [rule] : [],
  )
}
