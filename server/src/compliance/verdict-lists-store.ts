import type { DeviceCompliance, Verdict } from '@mooring/contract/compliance'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type VerdictRow, verdictOf } from './verdicts-store.ts'

export async function findVerdict(
  db: Db,
  organization: OrganizationId,
  device: string,
): Promise<VerdictRow | undefined> {
  return await db
    .selectFrom('device_verdicts')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', '=', device)
    .executeTakeFirst()
}

/** Devices that are managed here, with their verdict. @param after the id of a device. */
export async function listVerdicts(
  db: Db,
  organization: OrganizationId,
  asked: {
    readonly verdict: Verdict | undefined
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<(VerdictRow & { name: string })[]> {
  const { verdict, after, limit } = asked
  return await db
    .selectFrom('device_verdicts as v')
    .innerJoin('devices as d', (join) =>
      join.onRef('d.organization_id', '=', 'v.organization_id').onRef('d.id', '=', 'v.device_id'),
    )
    .selectAll('v')
    .select('d.name')
    .where('v.organization_id', '=', organization)
    .where('d.state', '=', 'enrolled')
    .$if(verdict !== undefined, (query) => query.where('v.verdict', '=', verdict ?? ''))
    .$if(after !== undefined, (query) => query.where('v.device_id', '>', after ?? ''))
    .orderBy('v.device_id')
    .limit(limit)
    .execute()
}

const MOST_HISTORY = 100

export async function listHistory(
  db: Db,
  organization: OrganizationId,
  device: string,
): Promise<DeviceCompliance['history']> {
  const rows = await db
    .selectFrom('verdict_changes')
    .select(['at', 'verdict', 'broken'])
    .where('organization_id', '=', organization)
    .where('device_id', '=', device)
    .orderBy('number', 'desc')
    .limit(MOST_HISTORY)
    .execute()
  return rows.map((row) => ({
    at: row.at.toISOString(),
    verdict: verdictOf(row),
    broken: row.broken as string[], // written by saveVerdicts only
  }))
}

/** How many devices count as what, and how many break each rule. */
export async function countVerdicts(db: Db, organization: OrganizationId) {
  const verdicts = await sql<{ verdict: string; count: number }>`
    select v.verdict, count(*)::int as count from device_verdicts v
    join devices d on d.organization_id = v.organization_id and d.id = v.device_id
    where v.organization_id = ${organization} and d.state = 'enrolled' group by 1`.execute(db)
  const rules = await sql<{ rule: string; devices: number }>`
    select f.value->>'rule' as rule, count(*)::int as devices from device_verdicts v
    join devices d on d.organization_id = v.organization_id and d.id = v.device_id
    cross join lateral jsonb_array_elements(v.findings) f
    where v.organization_id = ${organization} and d.state = 'enrolled'
      and f.value->>'state' in ('violated', 'inGrace') group by 1 order by 2 desc, 1`.execute(db)
  const counts = new Map(verdicts.rows.map(({ verdict, count }) => [verdict, count]))
  return {
    devices: {
      compliant: counts.get('compliant') ?? 0,
      inGrace: counts.get('inGrace') ?? 0,
      nonCompliant: counts.get('nonCompliant') ?? 0,
      unknown: counts.get('unknown') ?? 0,
      notEvaluated: counts.get('notEvaluated') ?? 0,
    } satisfies Record<Verdict, number>,
    rules: rules.rows,
  }
}
