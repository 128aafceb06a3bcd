import type { OptionalAttribute } from '@mooring/contract/directory'
import { sortKey } from '../platform/folding.ts'
import type { UserRow } from '../platform/schema.ts'
import { decideState, isSettled } from './decide-state.ts'
import { type Change, type ChangedFields, diffFields } from './directory-change.ts'
import {
  isSame,
  type ObjectPlan,
  type PlanSetting,
  type Problem,
  sumUp,
  taken,
} from './object-plan.ts'
import { customValue, type UserChange, type UserProperties } from './user-change.ts'
import { wordsOf } from './user-words.ts'

/** A user's row as the synchronisation writes it; the search vector is the database's own work. */
export type UserRecord = Omit<UserRow, 'search' | 'source'>

/**
 * Works out what a page of changes makes of the users it speaks of.
 *
 * Items are applied in the order in which they came, the last word wins for each property. What is
 * told is the difference between before and after, so that a replay tells nothing. Nobody is locked
 * or let in again here: a row whose state no longer fits is marked for the settling of the run.
 *
 * @param existing the rows of the users that the page speaks of, by Entra id.
 */
export function planUsers(
  existing: ReadonlyMap<string, UserRecord>,
  changes: readonly UserChange[],
  setting: PlanSetting,
): ObjectPlan<UserRecord> {
  const after = new Map<string, UserRecord | undefined>()
  const problems: Problem[] = []
  for (const change of changes) {
    if (change.kind === 'unreadable') {
      problems.push({
        kind: 'user',
        entraId: change.id,
        code: 'unreadableProperty',
        values: { property: change.property },
      })
      continue
    }
    const before = after.has(change.id) ? after.get(change.id) : existing.get(change.id)
    const next = applyChange(before, change, setting)
    if (next === 'nameMissing') {
      problems.push({ kind: 'user', entraId: change.id, code: 'nameMissing', values: {} })
      continue
    }
    after.set(change.id, next)
  }
  return { ...sumUp(existing, after, tellUser), problems }
}

function applyChange(
  before: UserRecord | undefined,
  change: Exclude<UserChange, { kind: 'unreadable' }>,
  setting: PlanSetting,
): UserRecord | undefined | 'nameMissing' {
  switch (change.kind) {
    case 'gone':
    case 'binned':
      // A tombstone of somebody we never saw says nothing to us.
      return before && markUnsettled({ ...before, entra_state: change.kind }, setting)
    case 'changed':
      return before
        ? update(before, change.properties, setting)
        : create(change.id, change.properties, setting)
  }
}

function create(
  id: string,
  properties: UserProperties,
  setting: PlanSetting,
): UserRecord | 'nameMissing' {
  // Graph sends every object whole the first time; without a name it is a fragment.
  if (!properties.userPrincipalName) return 'nameMissing'
  const { organization, now, rules, hasSiblings } = setting
  const user = complete({
    organization_id: organization,
    id: setting.newId(),
    entra_id: id,
    ...takeOver({}, properties, setting),
    user_principal_name: properties.userPrincipalName,
    entra_state: 'present',
    in_scope: rules.scope.kind === 'all' ? true : null,
    state: 'outside',
    state_reason: null,
    unsettled: false,
    memberships_stale: wasAwayBefore(properties, setting),
    removed_at: null,
    created_at: now,
    changed_at: now,
    generation: setting.generation,
  })
  const verdict = decideState({ ...user, isElsewhere: false }, rules, now)
  const isClear = user.in_scope !== null && verdict.kind === 'state'
  // Nobody else can have the person, so there is nothing to wait for.
  if (isClear && (!hasSiblings || verdict.state === 'outside')) {
    return { ...user, state: verdict.state, state_reason: verdict.reason }
  }
  return { ...user, unsettled: true }
}

function update(before: UserRecord, properties: UserProperties, setting: PlanSetting): UserRecord {
  const candidate = markUnsettled(
    complete({
      ...before,
      ...takeOver(before, properties, setting),
      user_principal_name: properties.userPrincipalName ?? before.user_principal_name,
      entra_state: 'present',
      memberships_stale: before.memberships_stale || wasAway(before, setting),
      generation: setting.generation,
    }),
    setting,
  )
  return isSame(before, candidate) ? candidate : { ...candidate, changed_at: setting.now }
}

/**
 * Whether somebody new to us is not new in Entra: they were in the recycle bin when we looked, and
 * their memberships, made before, are told by no delta query.
 */
function wasAwayBefore(
  { createdDateTime }: UserProperties,
  { lastSuccessAt }: PlanSetting,
): boolean {
  const createdAt = Date.parse(createdDateTime ?? '')
  return lastSuccessAt !== undefined && createdAt <= lastSuccessAt.getTime()
}

/** Entra is silent about what happened to the memberships of somebody who was away. */
function wasAway(before: UserRecord, { round }: PlanSetting): boolean {
  // Whom a full round missed and the next one met was never away.
  const wasOverlooked = before.entra_state === 'missing' && round === 'full'
  return before.entra_state !== 'present' && !wasOverlooked
}

function markUnsettled(user: UserRecord, { rules, now, hasSiblings }: PlanSetting): UserRecord {
  const verdict = decideState({ ...user, isElsewhere: false }, rules, now)
  const mayBeElsewhere = hasSiblings && user.state === 'outside' && verdict.kind === 'state'
  const waits = mayBeElsewhere && verdict.state !== 'outside'
  return { ...user, unsettled: waits || !isSettled(user, verdict) }
}

/** API name of each column that the history tells. */
const TOLD: Readonly<Partial<Record<keyof UserRecord, string>>> = {
  user_principal_name: 'userPrincipalName',
  display_name: 'displayName',
  given_name: 'givenName',
  surname: 'surname',
  mail: 'mail',
  department: 'department',
  job_title: 'jobTitle',
  company_name: 'companyName',
  office_location: 'officeLocation',
  mobile_phone: 'mobilePhone',
  business_phones: 'businessPhones',
  employee_id: 'employeeId',
  preferred_language: 'preferredLanguage',
  usage_location: 'usageLocation',
  user_type: 'userType',
  on_premises_sync_enabled: 'onPremisesSyncEnabled',
}

/** The name that people are told by. */
export const nameOf = (user: Pick<UserRecord, 'display_name' | 'user_principal_name'>): string =>
  user.display_name ?? user.user_principal_name

function tellUser(before: UserRecord | undefined, after: UserRecord): Change | undefined {
  // Whoever is not part of the organization is none of its history's business.
  if (after.state === 'outside') return undefined
  const told = {
    object: 'user' as const,
    entraId: after.entra_id,
    id: after.id,
    name: nameOf(after),
  }
  if (!before) return { ...told, change: 'created', reason: after.state_reason }
  const fields = { ...diffFields(before, after, TOLD), ...diffCustom(before, after) }
  return Object.keys(fields).length > 0 ? { ...told, change: 'updated', fields } : undefined
}

function diffCustom(before: UserRecord, after: UserRecord): ChangedFields {
  const was = new Map(Object.entries(before.custom_fields))
  const is = new Map(Object.entries(after.custom_fields))
  const found: Record<string, [string | null, string | null]> = {}
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(name) === is.get(name)) continue
    found[`custom.${name}`] = [was.get(name) ?? null, is.get(name) ?? null]
  }
  return found
}

type Taken = Pick<
  UserRecord,
  | 'display_name'
  | 'given_name'
  | 'surname'
  | 'mail'
  | 'department'
  | 'job_title'
  | 'company_name'
  | 'office_location'
  | 'mobile_phone'
  | 'business_phones'
  | 'employee_id'
  | 'preferred_language'
  | 'usage_location'
  | 'user_type'
  | 'account_enabled'
  | 'on_premises_sync_enabled'
  | 'custom_fields'
>

function takeOver(
  before: Partial<UserRecord>,
  came: UserProperties,
  { rules, round }: PlanSetting,
): Taken {
  const wanted = new Set<OptionalAttribute>(rules.attributes)
  // An attribute that is left out is also forgotten.
  const text = (
    name: Exclude<OptionalAttribute, 'businessPhones'>,
    kept: string | null | undefined,
  ) => (wanted.has(name) ? taken(came[name], kept, null) : null)
  return {
    display_name: taken(came.displayName, before.display_name, null),
    given_name: text('givenName', before.given_name),
    surname: text('surname', before.surname),
    mail: text('mail', before.mail),
    department: text('department', before.department),
    job_title: text('jobTitle', before.job_title),
    company_name: text('companyName', before.company_name),
    office_location: text('officeLocation', before.office_location),
    mobile_phone: text('mobilePhone', before.mobile_phone),
    business_phones: wanted.has('businessPhones')
      ? taken(came.businessPhones, before.business_phones, [])
      : [],
    employee_id: text('employeeId', before.employee_id),
    preferred_language: text('preferredLanguage', before.preferred_language),
    usage_location: text('usageLocation', before.usage_location),
    user_type: userType(came.userType, before.user_type),
    account_enabled: came.accountEnabled ?? before.account_enabled ?? true,
    on_premises_sync_enabled: taken(
      came.onPremisesSyncEnabled,
      before.on_premises_sync_enabled,
      false,
    ),
    // A full round sends whatever was ever set; a field may be filled from another attribute now.
    custom_fields: customFields(round === 'full' ? {} : (before.custom_fields ?? {}), came, rules),
  }
}

function customFields(
  before: UserRecord['custom_fields'],
  came: UserProperties,
  { customFields: mapped }: PlanSetting['rules'],
): UserRecord['custom_fields'] {
  const values = mapped.map(({ name, attribute }) => {
    // A field may be called like something that every object has.
    const kept = Object.hasOwn(before, name) ? before[name] : undefined
    return [name, taken(customValue(came, attribute), kept, null)] as const
  })
  return Object.fromEntries(values.filter(([, value]) => value !== null)) as Record<string, string>
}

/** Old accounts have no type; they are members. */
function userType(came: string | null | undefined, kept: UserRecord['user_type'] | undefined) {
  if (came === undefined) return kept ?? 'member'
  return came?.toLowerCase() === 'guest' ? 'guest' : 'member'
}

type Incomplete = Omit<UserRecord, 'sort_name' | 'sort_upn' | 'sort_department' | 'search_words'>

/** Adds what follows from the fields. */
function complete(user: Incomplete): UserRecord {
  return {
    ...user,
    sort_name: sortKey(user.display_name ?? user.user_principal_name),
    sort_upn: sortKey(user.user_principal_name),
    sort_department: sortKey(user.department ?? ''),
    search_words: wordsOf(user),
  }
}
