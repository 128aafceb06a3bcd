import type { EnrolmentAttemptFilter } from '@mooring/contract/enrolment'
import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import {
  ATTEMPT_HOURS,
  type AttemptRow,
  MOST_STEPS,
  type NewStep,
  type StoredStep,
} from './attempt.ts'
import { errorCodeOf } from './refusal.ts'

const HOUR_MS = 60 * 60_000

/**
 * Adds a step to the attempt that it belongs to: the one with Windows' own id, or the person's latest
 * that is under way and is not of another device; otherwise it begins one.
 *
 * @returns the attempt's id.
 */
export async function addStep(
  db: Db,
  organization: OrganizationId,
  step: NewStep,
): Promise<string> {
  const found = await findOpenAttempt(db, organization, step)
  const entry = JSON.stringify([...(step.earlier ? [toStored(step.earlier)] : []), toStored(step)])
  const known = {
    updated_at: step.at,
    ...(step.requestId === undefined ? {} : { request_id: step.requestId }),
    ...(step.userEntraId === undefined ? {} : { user_entra_id: step.userEntraId }),
    ...(step.userName === undefined ? {} : { user_name: step.userName }),
    ...(step.entraDeviceId === undefined ? {} : { entra_device_id: step.entraDeviceId }),
    ...(step.deviceId === undefined ? {} : { device_id: step.deviceId }),
    ...(step.deviceName === undefined ? {} : { device_name: step.deviceName }),
    ...outcomeOf(step),
  }
  const facts = JSON.stringify(step.facts ?? {})
  if (found) {
    await db
      .updateTable('enrolment_attempts')
      .set({
        ...known,
        steps: sql`steps || ${entry}::jsonb`,
        facts: sql`facts || ${facts}::jsonb`,
      })
      .where('organization_id', '=', organization)
      .where('id', '=', found.id)
      .execute()
    return found.id
  }
  const id = newId('enr')
  await db
    .insertInto('enrolment_attempts')
    .values({
      organization_id: organization,
      id,
      started_at: step.at,
      ...known,
      steps: entry,
      facts,
    })
    .execute()
  return id
}

const toStored = ({ step, at, reason, traceId }: NewStep): StoredStep => ({
  step,
  at: at.toISOString(),
  reason: reason ?? null,
  traceId,
})

function outcomeOf({ step, reason }: NewStep) {
  if (reason !== undefined) {
    return { outcome: 'refused' as const, reason, hresult: errorCodeOf(reason) }
  }
  const isEnd = step === 'enrolment' || step === 'renewal'
  return {
    outcome: isEnd ? ('enrolled' as const) : ('underWay' as const),
    reason: null,
    hresult: null,
  }
}

async function findOpenAttempt(db: Db, organization: OrganizationId, step: NewStep) {
  // What cannot be told apart begins a record of its own: strangers must not write into others'.
  if (step.userEntraId === undefined || step.step === 'renewal') return undefined
  const { requestId, userEntraId, entraDeviceId } = step
  const since = new Date(step.at.getTime() - ATTEMPT_HOURS * HOUR_MS)
  return await db
    .selectFrom('enrolment_attempts')
    .select('id')
    .where('organization_id', '=', organization)
    .where('user_entra_id', '=', userEntraId)
    .where('started_at', '>', since)
    .where(sql<boolean>`jsonb_array_length(steps) < ${MOST_STEPS}`)
    .where((is) =>
      requestId === undefined
        ? is.and([
            is('outcome', '<>', 'enrolled'),
            is.or([
              is('entra_device_id', 'is', null),
              is('entra_device_id', '=', entraDeviceId ?? null),
            ]),
          ])
        : is('request_id', '=', requestId),
    )
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Where a list goes on: before this one. */
type Place = { readonly startedAt: Date; readonly id: string }

/** Attempts, newest first. */
export async function listAttempts(
  db: Db,
  organization: OrganizationId,
  filter: EnrolmentAttemptFilter & { readonly after?: Place | undefined; readonly limit: number },
): Promise<AttemptRow[]> {
  const { search, outcome, user, device, from, to, after, limit } = filter
  let query = db
    .selectFrom('enrolment_attempts')
    .selectAll()
    .where('organization_id', '=', organization)
  if (search) {
    const like = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(
      sql<boolean>`(lower(request_id) = ${search.toLowerCase()} or id = ${search}
        or lower(user_name) like ${like} or lower(device_name) like ${like}
        or steps @> ${JSON.stringify([{ traceId: search }])}::jsonb)`,
    )
  }
  if (outcome) query = query.where('outcome', '=', outcome)
  if (user) query = query.where('user_entra_id', '=', user)
  if (device) query = query.where('device_id', '=', device)
  if (from) query = query.where('started_at', '>=', new Date(from))
  if (to) query = query.where('started_at', '<', new Date(to))
  if (after) query = query.where(sql<boolean>`(started_at, id) < (${after.startedAt}, ${after.id})`)
  return await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export async function findAttempt(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<AttemptRow | undefined> {
  return await db
    .selectFrom('enrolment_attempts')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Removes attempts that began before then, of whatever organization. */
export async function removeAttemptsBefore(db: Kysely<Schema>, before: Date): Promise<void> {
  // Whoever tidies up does so for every organization.
  await acrossOrganizations(db)
    .deleteFrom('enrolment_attempts')
    .where('started_at', '<', before)
    .execute()
}
