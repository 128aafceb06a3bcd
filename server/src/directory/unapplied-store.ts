import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Problem } from './object-plan.ts'

// Objects that could not be taken over, kept until they can be.

const FIRST_WAIT_MINUTES = 15
const LONGEST_WAIT_MINUTES = 24 * 60

/** What a page said of objects that could not be taken over, and of others that now could. */
export async function noteUnapplied(
  tx: Db,
  organization: OrganizationId,
  page: {
    readonly kind: 'user' | 'group' | 'device'
    /** Objects that the page spoke of and that were taken over. */
    readonly applied: readonly string[]
    readonly problems: readonly Problem[]
  },
  by: { readonly run: string; readonly now: Date },
): Promise<void> {
  const { kind, applied } = page
  const problems = page.problems.filter((problem) => problem.entraId !== undefined)
  const stillWrong = new Set(problems.map((problem) => problem.entraId))
  const mended = applied.filter((id) => !stillWrong.has(id))
  const kinds = kind === 'group' ? ['group', 'membership'] : [kind]
  await sql`
    delete from directory_unapplied
    where organization_id = ${organization} and kind = any(${kinds}::text[]) and entra_id = any(${mended}::text[])`.execute(
    tx,
  )
  if (problems.length === 0) return
  const rows = problems.map((problem) => ({
    kind: problem.kind,
    entra_id: problem.entraId,
    code: problem.code,
    values: problem.values,
    // Members are told in pages of their group only: they come again by themselves.
    can_ask: problem.kind !== 'membership',
  }))
  const { run, now } = by
  await sql`
    insert into directory_unapplied as kept
      (organization_id, kind, entra_id, code, values, run_id, first_seen_at, last_tried_at, next_try_at)
    select distinct on (kind, entra_id, code) ${organization}, kind, entra_id, code, "values", ${run},
      ${now}::timestamptz, ${now}::timestamptz,
      case when can_ask then ${now}::timestamptz + make_interval(mins => ${FIRST_WAIT_MINUTES}) end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as incoming
      (kind text, entra_id text, code text, "values" jsonb, can_ask boolean)
    on conflict (organization_id, kind, entra_id, code) do update set
      values = excluded.values, run_id = excluded.run_id, last_tried_at = excluded.last_tried_at,
      tries = kept.tries + 1,
      next_try_at = case when excluded.next_try_at is not null then ${now}::timestamptz
        + make_interval(mins => least(${LONGEST_WAIT_MINUTES}, ${FIRST_WAIT_MINUTES} * (2 ^ least(kept.tries, 7))::int)) end`.execute(
    tx,
  )
}

export type AskedKind = 'user' | 'group' | 'device'

/** Objects of these kinds whose next try is due. */
export async function listDueUnapplied(
  db: Db,
  organization: OrganizationId,
  { kinds, now, limit }: { kinds: readonly AskedKind[]; now: Date; limit: number },
): Promise<{ kind: AskedKind; entraId: string }[]> {
  const { rows } = await sql<{ kind: AskedKind; entraId: string }>`
    select distinct kind, entra_id as "entraId" from directory_unapplied
    where organization_id = ${organization} and next_try_at <= ${now}
      and kind = any(${[...kinds]}::text[])
    limit ${limit}`.execute(db)
  return rows
}

/** Notes that Graph would not tell an object: it is asked for again, later each time. */
export async function postponeUnapplied(
  tx: Db,
  organization: OrganizationId,
  { kind, entraId }: { readonly kind: string; readonly entraId: string },
  now: Date,
): Promise<void> {
  await sql`
    update directory_unapplied set tries = tries + 1, last_tried_at = ${now},
      next_try_at = ${now}::timestamptz
        + make_interval(mins => least(${LONGEST_WAIT_MINUTES}, ${FIRST_WAIT_MINUTES} * (2 ^ least(tries, 7))::int))
    where organization_id = ${organization} and kind = ${kind} and entra_id = ${entraId}`.execute(
    tx,
  )
}

/** Forgets an object that is no longer in Entra. */
export async function removeUnapplied(
  tx: Db,
  organization: OrganizationId,
  kind: AskedKind,
  entraId: string,
): Promise<void> {
  await tx
    .deleteFrom('directory_unapplied')
    .where('organization_id', '=', organization)
    .where('kind', '=', kind)
    .where('entra_id', '=', entraId)
    .execute()
}

/** Forgets all of a stream: its objects were removed. */
export async function removeAllUnapplied(
  tx: Db,
  organization: OrganizationId,
  stream: keyof typeof KINDS,
): Promise<void> {
  await tx
    .deleteFrom('directory_unapplied')
    .where('organization_id', '=', organization)
    .where('kind', 'in', KINDS[stream])
    .execute()
}

const KINDS = {
  users: ['user'],
  groups: ['group', 'membership'],
  devices: ['device'],
} as const
