import type { UserRow } from '../platform/schema.ts'
import { searchWords, sortKey } from './folding.ts'
import {
  hide,
  isSame,
  type ObjectPlan,
  type PlanSetting,
  type Problem,
  sumUp,
  taken,
} from './object-plan.ts'
import type { UserChange, UserProperties } from './user-change.ts'

/** A user's row as we write it; the search vector is the database's own work. */
export type UserRecord = Omit<UserRow, 'search'>

export type UserPlan = ObjectPlan<UserRecord> & { readonly problems: readonly Problem[] }

/**
 * Works out what a page of changes makes of the users it speaks of.
 *
 * Items are applied in the order in which they came, the last word wins for each property. What is
 * counted is the difference between before and after, so that a replay counts nothing.
 *
 * @param existing the rows of the users that the page speaks of, by Entra id.
 */
export function planUsers(
  existing: ReadonlyMap<string, UserRecord>,
  changes: readonly UserChange[],
  setting: PlanSetting,
): UserPlan {
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
  return { ...sumUp(existing, after), problems }
}

function applyChange(
  before: UserRecord | undefined,
  change: Exclude<UserChange, { kind: 'unreadable' }>,
  setting: PlanSetting,
): UserRecord | undefined | 'nameMissing' {
  switch (change.kind) {
    case 'gone':
      return undefined
    case 'binned':
      // A tombstone of somebody we never saw says nothing to us.
      return before && hide(before, setting.now)
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
  const { organization, now } = setting
  return complete({
    organization_id: organization,
    id: setting.newId(),
    entra_id: id,
    ...takeOver({}, properties),
    user_principal_name: properties.userPrincipalName,
    removed_at: null,
    created_at: now,
    changed_at: now,
    generation: setting.generation,
  })
}

function update(before: UserRecord, properties: UserProperties, setting: PlanSetting): UserRecord {
  const candidate = complete({
    ...before,
    ...takeOver(before, properties),
    user_principal_name: properties.userPrincipalName ?? before.user_principal_name,
    removed_at: null,
    generation: setting.generation,
  })
  return isSame(before, candidate) ? candidate : { ...candidate, changed_at: setting.now }
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
>

function takeOver(before: Partial<UserRecord>, came: UserProperties): Taken {
  return {
    display_name: taken(came.displayName, before.display_name, null),
    given_name: taken(came.givenName, before.given_name, null),
    surname: taken(came.surname, before.surname, null),
    mail: taken(came.mail, before.mail, null),
    department: taken(came.department, before.department, null),
    job_title: taken(came.jobTitle, before.job_title, null),
    company_name: taken(came.companyName, before.company_name, null),
    office_location: taken(came.officeLocation, before.office_location, null),
    mobile_phone: taken(came.mobilePhone, before.mobile_phone, null),
    business_phones: taken(came.businessPhones, before.business_phones, []),
    employee_id: taken(came.employeeId, before.employee_id, null),
    preferred_language: taken(came.preferredLanguage, before.preferred_language, null),
    usage_location: taken(came.usageLocation, before.usage_location, null),
    user_type: userType(came.userType, before.user_type),
    account_enabled: came.accountEnabled ?? before.account_enabled ?? true,
    on_premises_sync_enabled: taken(
      came.onPremisesSyncEnabled,
      before.on_premises_sync_enabled,
      false,
    ),
  }
}

/** Old accounts have no type; they are members. */
function userType(came: string | null | undefined, kept: UserRecord['user_type'] | undefined) {
  if (came === undefined) return kept ?? 'member'
  return came?.toLowerCase() === 'guest' ? 'guest' : 'member'
}

type Incomplete = Omit<
  UserRecord,
  'state' | 'sort_name' | 'sort_upn' | 'sort_department' | 'search_words'
>

/** Adds what follows from the fields. */
function complete(user: Incomplete): UserRecord {
  return {
    ...user,
    state: user.account_enabled ? 'active' : 'disabled',
    sort_name: sortKey(user.display_name ?? user.user_principal_name),
    sort_upn: sortKey(user.user_principal_name),
    sort_department: sortKey(user.department ?? ''),
    search_words: searchWords([
      user.display_name,
      user.given_name,
      user.surname,
      user.user_principal_name,
      user.mail,
      user.department,
      user.job_title,
      user.employee_id,
    ]),
  }
}
