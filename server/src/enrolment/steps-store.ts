import { type OperationNodeSource, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
import { ATTEMPT_HOURS, MOST_STEPS, type NewStep, type StoredStep } from './attempt.ts'
import { errorCodeOf } from './refusal.ts'

const HOUR_MS = 60 * 60_000

/** A step and where it is kept. */
export type Recorded = { readonly organization: OrganizationId; readonly step: NewStep }

/**
 * Adds a step to the attempt that it belongs to: the one with Windows' own id, or the person's latest
 * that is under way and is not of another device; where nobody is named, the one with the same trail.
 * Otherwise it begins one.
 */
export async function addStep(db: Db, organization: OrganizationId, step: NewStep): Promise<void> {
  await addTogether(db, [{ organization, step }])
}

/** To which attempt a step will be added; `undefined`: it begins one. Outside the transaction. */
export async function findAttemptOf(
  db: Db,
  organization: OrganizationId,
  step: NewStep,
): Promise<string | undefined> {
  const { rows } = await sql<{ open_id: string | null }>`${sql.raw(PLANNED_ONCE)}
    with ${placed([{ organization, step }])} select open_id from placed`.execute(db)
  return rows[0]?.open_id ?? undefined
}

/** The statement that adds a step there, to be carried out with others. @param attempt of `findAttemptOf`. */
export function addStepTo(
  attempt: string | undefined,
  organization: OrganizationId,
  step: NewStep,
): OperationNodeSource {
  const given = sql`(select step.*, ${attempt ?? null}::text as open_id
    from ${listOf([{ organization, step }])}) as placed`
  return attempt === undefined
    ? sql`${insertInto} from ${given}`
    : sql`${update} from ${given} ${whereOpen}`
}

/** Adds many steps, in their order. */
export async function addSteps(db: Db, recorded: readonly Recorded[]): Promise<undefined[]> {
  let left = recorded
  while (left.length > 0) {
    // Two steps that may be of one attempt are not added by the same statement: it changes a row once.
    const taken = new Set<string>()
    const [now, later]: [Recorded[], Recorded[]] = [[], []]
    for (const one of left) {
      const owner = ownerOf(one)
      if (owner !== undefined && taken.has(owner)) later.push(one)
      else now.push(one)
      if (owner !== undefined) taken.add(owner)
    }
    await addTogether(db, now)
    left = later
  }
  return recorded.map(() => undefined)
}

function ownerOf({ organization, step }: Recorded): string | undefined {
  const whose = step.userEntraId ?? step.trail
  return whose === undefined ? undefined : `${organization} ${whose}`
}

async function addTogether(db: Db, recorded: readonly Recorded[]): Promise<void> {
  await sql`${sql.raw(PLANNED_ONCE)}
    with ${placed(recorded)}, changed as (${update} from placed ${whereOpen})
    ${insertInto} from placed where open_id is null`.execute(db)
}

const listOf = (recorded: readonly Recorded[]) => sql`
  jsonb_to_recordset(${JSON.stringify(recorded.map(toGiven), toKeepable)}::jsonb) as step (
    organization_id text, id text, at timestamptz, since timestamptz, joins boolean,
    request_id text, trail text, user_entra_id uuid, user_name text, entra_device_id uuid,
    device_id text, device_name text, outcome text, reason text, hresult text, steps jsonb,
    facts jsonb)`

/** No database keeps a NUL or half a character, and strangers may send either in a token. */
const toKeepable = (_: string, value: unknown) =>
  typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value

/** The steps, each with the attempt that is open for it. */
const placed = (recorded: readonly Recorded[]) => sql`
  placed as materialized (
    select step.*, case
      when not step.joins then null
      when step.user_entra_id is null then (
        select a.id from enrolment_attempts a
        where a.organization_id = step.organization_id and a.trail = step.trail
          and a.user_entra_id is null and a.started_at > step.since
          and jsonb_array_length(a.steps) < ${MOST_STEPS}
        order by a.started_at desc, a.id desc limit 1)
      when step.request_id is null then (
        select a.id from enrolment_attempts a
        where a.organization_id = step.organization_id and a.user_entra_id = step.user_entra_id
          and a.started_at > step.since and a.outcome <> 'enrolled'
          and jsonb_array_length(a.steps) < ${MOST_STEPS}
          and (a.entra_device_id is null or a.entra_device_id = step.entra_device_id)
        order by a.trail = step.trail desc nulls last, a.started_at desc, a.id desc limit 1)
      else (
        select a.id from enrolment_attempts a
        where a.organization_id = step.organization_id and a.user_entra_id = step.user_entra_id
          and a.started_at > step.since and a.request_id = step.request_id
          and jsonb_array_length(a.steps) < ${MOST_STEPS}
        order by a.started_at desc, a.id desc limit 1)
      end as open_id
    from ${listOf(recorded)})`

const update = sql`
  update enrolment_attempts a set
    updated_at = placed.at,
    request_id = coalesce(placed.request_id, a.request_id),
    trail = coalesce(placed.trail, a.trail),
    user_entra_id = coalesce(placed.user_entra_id, a.user_entra_id),
    user_name = coalesce(placed.user_name, a.user_name),
    entra_device_id = coalesce(placed.entra_device_id, a.entra_device_id),
    device_id = coalesce(placed.device_id, a.device_id),
    device_name = coalesce(placed.device_name, a.device_name),
    outcome = placed.outcome, reason = placed.reason, hresult = placed.hresult,
    steps = a.steps || placed.steps, facts = a.facts || placed.facts`
const whereOpen = sql`where a.organization_id = placed.organization_id and a.id = placed.open_id`

const insertInto = sql`
  insert into enrolment_attempts (organization_id, id, started_at, updated_at, request_id, trail,
    user_entra_id, user_name, entra_device_id, device_id, device_name, outcome, reason, hresult,
    steps, facts)
  select organization_id, id, at, at, request_id, trail, user_entra_id, user_name,
    entra_device_id, device_id, device_name, outcome, reason, hresult, steps, facts`

/** As the statement reads it; what is left out is null there. */
function toGiven({ organization, step }: Recorded): object {
  const entries = [...(step.earlier ? [step.earlier] : []), step].map(toStored)
  // What cannot be told apart begins a record of its own: strangers must not write into others'.
  const isTold = step.userEntraId !== undefined || step.trail !== undefined
  return {
    organization_id: organization,
    id: newId('enr'),
    at: step.at,
    since: new Date(step.at.getTime() - ATTEMPT_HOURS * HOUR_MS),
    joins: isTold && step.step !== 'renewal',
    request_id: step.requestId,
    trail: step.trail,
    user_entra_id: step.userEntraId,
    user_name: step.userName,
    entra_device_id: step.entraDeviceId,
    device_id: step.deviceId,
    device_name: step.deviceName,
    ...outcomeOf(step),
    steps: entries,
    facts: step.facts ?? {},
  }
}

const toStored = ({
  step,
  at,
  reason,
  traceId,
}: Pick<NewStep, 'step' | 'at' | 'reason' | 'traceId'>): StoredStep => ({
  step,
  at: at.toISOString(),
  reason: reason ?? null,
  traceId,
})

function outcomeOf({ step, reason }: NewStep) {
  if (reason !== undefined) return { outcome: 'refused', reason, hresult: errorCodeOf(reason) }
  const isEnd = step === 'enrolment' || step === 'renewal'
  return { outcome: isEnd ? 'enrolled' : 'underWay', reason: null, hresult: null }
}
