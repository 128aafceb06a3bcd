import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Change } from './directory-change.ts'

// Writing of the change feed. Its numbers grow without gaps and become visible in their order,
// because every writer holds the organization's row of directory_states until it commits: a reader
// that remembers the last number it has seen can never miss one.

/** Makes sure that the organization has a row to count with. */
export async function ensureState(db: Db, organization: OrganizationId): Promise<void> {
  await db
    .insertInto('directory_states')
    .values({ organization_id: organization, scope_members: '{}' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Forgets how many people the groups of the scope had: what is gone now was removed here, not in Entra. */
export async function forgetScopeMembers(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .updateTable('directory_states')
    .set({ scope_members: '{}' })
    .where('organization_id', '=', organization)
    .execute()
}

/** Appends changes to the feed, in the transaction that makes them. */
export async function recordChanges(
  tx: Db,
  organization: OrganizationId,
  changes: readonly Change[],
  by: { readonly run: string | null; readonly now: Date },
): Promise<void> {
  if (changes.length === 0) return
  await append(tx, organization, changes.map(toRow), by)
}

/** Tells that everything of a stream has come for the first time, which is not told one by one. */
export async function recordLoaded(
  tx: Db,
  organization: OrganizationId,
  stream: string,
  by: { readonly run: string; readonly now: Date },
): Promise<void> {
  await append(tx, organization, [{ object: 'stream', change: 'loaded', name: stream }], by)
}

/** Tells that everything of a stream was removed by an administrator, and forgets names and values. */
export async function recordCleared(
  tx: Db,
  organization: OrganizationId,
  stream: keyof typeof OBJECTS,
  now: Date,
): Promise<void> {
  await append(tx, organization, [{ object: 'stream', change: 'cleared', name: stream }], {
    run: null,
    now,
  })
  for (const table of HISTORIES) {
    await tx
      .updateTable(table)
      .set({ name: null, fields: null })
      .where('organization_id', '=', organization)
      .where('object', '=', OBJECTS[stream])
      .execute()
  }
}

const OBJECTS = { users: 'user', groups: 'group', devices: 'device' } as const
/** Where names and values are kept: of what was changed, and of what would have been. */
const HISTORIES = ['directory_changes', 'sync_proposals'] as const

async function append(
  tx: Db,
  organization: OrganizationId,
  rows: readonly object[],
  { run, now }: { readonly run: string | null; readonly now: Date },
): Promise<void> {
  await sql`
    with numbers as (
      update directory_states set last_number = last_number + ${rows.length}
      where organization_id = ${organization}
      returning last_number - ${rows.length} as first
    )
    insert into directory_changes
      (organization_id, number, run_id, at, object, change, entra_id, object_id, name,
       member_entra_id, member_kind, reason, fields)
    select ${organization}, numbers.first + row_number() over (), ${run}, ${now}::timestamptz, object, change,
      entra_id, object_id, name, member_entra_id, member_kind, reason, fields
    from numbers, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as incoming
      (object text, change text, entra_id uuid, object_id text, name text, member_entra_id uuid,
       member_kind text, reason text, fields jsonb)`.execute(tx)
}

function toRow(change: Change) {
  const { fields, member } = change
  return {
    object: change.object,
    change: change.change,
    entra_id: change.entraId,
    object_id: change.id,
    name: change.name,
    member_entra_id: member?.entraId ?? null,
    member_kind: member?.kind ?? null,
    reason: change.reason ?? null,
    fields: fields && Object.keys(fields).length > 0 ? fields : null,
  }
}

/** The number of the last change. */
export async function lastChangeNumber(db: Db, organization: OrganizationId): Promise<number> {
  const row = await db
    .selectFrom('directory_states')
    .select('last_number')
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return Number(row?.last_number ?? 0)
}

export type ChangeRow = Awaited<ReturnType<typeof readChangesAfter>>[number]

/** Changes from after a number on, oldest first. */
export async function readChangesAfter(
  db: Db,
  organization: OrganizationId,
  after: number,
  limit: number,
) {
  return await db
    .selectFrom('directory_changes')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('number', '>', String(after))
    .orderBy('number')
    .limit(limit)
    .execute()
}

/** Keeps what a run would change, in place of what it was last thought to. */
export async function saveProposals(
  tx: Db,
  organization: OrganizationId,
  run: string,
  rows: readonly ChangeRow[],
): Promise<void> {
  await sql`
    insert into sync_proposals
      (organization_id, run_id, number, at, object, change, entra_id, object_id, name,
       member_entra_id, member_kind, reason, fields)
    select ${organization}, ${run}, number, at, object, change, entra_id, object_id, name,
      member_entra_id, member_kind, reason, fields
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as incoming
      (number bigint, at timestamptz, object text, change text, entra_id uuid, object_id text, name text,
       member_entra_id uuid, member_kind text, reason text, fields jsonb)`.execute(tx)
}

/** Forgets what a run would change. */
export async function removeProposals(
  tx: Db,
  organization: OrganizationId,
  run: string,
): Promise<void> {
  await tx
    .deleteFrom('sync_proposals')
    .where('organization_id', '=', organization)
    .where('run_id', '=', run)
    .execute()
}

/** Takes names and values of deleted people out of the history; that something changed stays. */
export async function forgetHistory(
  tx: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<void> {
  if (entraIds.length === 0) return
  for (const table of HISTORIES) {
    await sql`
      update ${sql.table(table)} set name = null, fields = null
      where organization_id = ${organization} and object = 'user'
        and entra_id = any(${[...entraIds]}::uuid[])`.execute(tx)
  }
}

/** Whether something is taken away, after a number, that a held run did not show. */
export async function takesMoreThanShown(
  tx: Db,
  organization: OrganizationId,
  run: string,
  after: number,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from directory_changes as c
    where c.organization_id = ${organization} and c.number > ${after}
      and c.change in ('removed', 'disabled')
      and not exists (
        select from sync_proposals as p
        where p.organization_id = ${organization} and p.run_id = ${run} and p.object = c.object
          and p.change = c.change and p.entra_id = c.entra_id
          and p.member_entra_id is not distinct from c.member_entra_id)
    limit 1`.execute(tx)
  return rows.length > 0
}
