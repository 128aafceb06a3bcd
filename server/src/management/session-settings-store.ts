import { POLL_SCHEDULE, PollSchedule } from '@mooring/contract/poll-schedule'
import { PushOutcome } from '@mooring/contract/push'
import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

export type Saved = { readonly at: Date; readonly by: string }

export type StoredPush = {
  readonly sid: string
  readonly familyName: string
  /** Of the secret, which is sealed. */
  readonly secretId: string
  readonly saved: Saved
  readonly last: { readonly at: Date; readonly outcome: PushOutcome } | undefined
}

export type StoredSessionSettings = {
  readonly poll: PollSchedule
  /** Absent while nobody has said anything: no enrolled device is told anything then. */
  readonly pollSaved: Saved | undefined
  readonly push: StoredPush | undefined
  /** Whether devices may have been told that they can be called. */
  readonly pushEver: boolean
  readonly digest: Saved | undefined
}

export async function findSessionSettings(
  db: Db,
  organization: OrganizationId,
): Promise<StoredSessionSettings> {
  const row = await db
    .selectFrom('session_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row ? toSettings(row) : NOTHING_SAID
}

/** How often an organization's devices come. */
export async function findPollSchedule(
  db: Db,
  organization: OrganizationId,
): Promise<PollSchedule> {
  return (await findSessionSettings(db, organization)).poll
}

/** The same, held until the transaction ends: two who save take turns. */
export async function holdSessionSettings(
  tx: Db,
  organization: OrganizationId,
): Promise<StoredSessionSettings> {
  await tx
    .insertInto('session_settings')
    .values({ organization_id: organization })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .execute()
  const row = await tx
    .selectFrom('session_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return toSettings(row)
}

/** Of a row that is held. */
export async function saveSessionSettings(
  tx: Db,
  organization: OrganizationId,
  change: Partial<Omit<Insertable<Schema['session_settings']>, 'organization_id'>>,
): Promise<void> {
  await tx
    .updateTable('session_settings')
    .set(change)
    .where('organization_id', '=', organization)
    .execute()
}

/** How the push service last took these credentials; others may have been set meanwhile. */
export async function savePushOutcome(
  db: Db,
  organization: OrganizationId,
  { secretId }: Pick<StoredPush, 'secretId'>,
  { outcome, at }: { readonly outcome: PushOutcome; readonly at: Date },
): Promise<void> {
  await db
    .updateTable('session_settings')
    .set({ push_outcome: outcome, push_outcome_at: at })
    .where('organization_id', '=', organization)
    .where('push_secret_id', '=', secretId)
    .execute()
}

/** Those whose devices can be called. */
export async function listPushing(
  db: Db,
): Promise<readonly { readonly organization: OrganizationId; readonly push: StoredPush }[]> {
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('session_settings')
    .selectAll()
    .where('push_secret_id', 'is not', null)
    .execute()
  return rows.flatMap((row) => {
    const { push } = toSettings(row)
    return push ? [{ organization: row.organization_id, push }] : []
  })
}

/** Those that let devices in by digest. */
export async function listByDigest(db: Db): Promise<readonly OrganizationId[]> {
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('session_settings')
    .select('organization_id')
    .where('digest_at', 'is not', null)
    .execute()
  return rows.map((row) => row.organization_id)
}

const NOTHING_SAID: StoredSessionSettings = {
  poll: POLL_SCHEDULE,
  pollSaved: undefined,
  push: undefined,
  pushEver: false,
  digest: undefined,
}

function toSettings(row: Selectable<Schema['session_settings']>): StoredSessionSettings {
  return {
    poll: row.poll === null ? POLL_SCHEDULE : PollSchedule.parse(row.poll),
    pollSaved: savedOf(row.poll_at, row.poll_by),
    push: toPush(row),
    pushEver: row.push_ever,
    digest: savedOf(row.digest_at, row.digest_by),
  }
}

const savedOf = (at: Date | null, by: string | null): Saved | undefined =>
  at ? { at, by: by ?? '' } : undefined

function toPush(row: Selectable<Schema['session_settings']>): StoredPush | undefined {
  const { push_sid: sid, push_family_name: familyName, push_secret_id: secretId } = row
  const saved = savedOf(row.push_at, row.push_by)
  if (sid === null || familyName === null || secretId === null || !saved) return undefined
  const at = row.push_outcome_at
  const last = at ? { at, outcome: PushOutcome.parse(row.push_outcome) } : undefined
  return { sid, familyName, secretId, saved, last }
}
