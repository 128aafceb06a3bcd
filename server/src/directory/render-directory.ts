import type { DirectorySettings, EffectiveGroup, Group, User } from '@mooring/contract/directory'
import type { EffectiveMembership, GroupOnTheWay } from './effective-groups-store.ts'
import type { ListedGroup, NamedGroup } from './groups-store.ts'
import type { KnownUser, ListedUser } from './users-store.ts'

type GraceRules = Pick<DirectorySettings, 'removedUsers'>
type FieldRules = Pick<DirectorySettings, 'customFields'>

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * A person as the API tells of them.
 *
 * @param row of somebody who is not outside the organization.
 */
export function toUser(row: ListedUser, { removedUsers }: GraceRules): User {
  const { removed_at: removedAt } = row
  const deletedOn = removedAt && new Date(removedAt.getTime() + removedUsers.graceDays * DAY_MS)
  return {
    id: row.id,
    entraId: row.entra_id,
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name ?? row.user_principal_name,
    givenName: row.given_name,
    surname: row.surname,
    mail: row.mail,
    department: row.department,
    jobTitle: row.job_title,
    userType: row.user_type,
    state: row.state as User['state'], // never outside
    stateReason: row.state_reason as User['stateReason'], // written by the settling
    removedAt: removedAt?.toISOString() ?? null,
    deletedOn: deletedOn?.toISOString() ?? null,
    source: row.source,
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  }
}

/** What only a person's own page tells. Custom fields are in the order of the settings. */
export function toUserDetail(row: KnownUser, settings: GraceRules & FieldRules) {
  return {
    ...toUser(row, settings),
    companyName: row.company_name,
    officeLocation: row.office_location,
    mobilePhone: row.mobile_phone,
    businessPhones: row.business_phones,
    employeeId: row.employee_id,
    preferredLanguage: row.preferred_language,
    usageLocation: row.usage_location,
    onPremisesSyncEnabled: row.on_premises_sync_enabled,
    customFields: settings.customFields.map(({ name }) => ({
      name,
      // A field may be called "constructor".
      value: Object.hasOwn(row.custom_fields, name) ? (row.custom_fields[name] ?? null) : null,
    })),
  }
}

/** @param memberCount `null` while the member list is not known to be whole. */
export function toGroup(row: ListedGroup, memberCount: number | null): Group {
  return {
    id: row.id,
    entraId: row.entra_id,
    displayName: row.display_name ?? row.entra_id,
    description: row.description,
    mail: row.mail,
    kind: row.kind,
    isDynamic: row.is_dynamic,
    membersHidden: row.visibility === 'HiddenMembership',
    memberCount,
    source: 'entra',
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  }
}

/** A group that somebody is effectively in, and the way there. */
export function toEffectiveGroup({ group, via }: EffectiveMembership): EffectiveGroup {
  return {
    ...toNamedGroup(group),
    direct: via.length === 0,
    via: via.map(toGroupName),
  }
}

/** A group where it is only named. */
export function toNamedGroup(group: NamedGroup) {
  return { ...toGroupName(group), kind: group.kind }
}

function toGroupName(group: Omit<GroupOnTheWay, 'sort_name' | 'kind'>) {
  return {
    id: group.id,
    entraId: group.entra_id,
    displayName: group.display_name ?? group.entra_id,
  }
}
