import { isGuid } from '../entra/ids.ts'
import { searchWords, sortKey } from '../platform/folding.ts'
import type { GroupRow } from '../platform/schema.ts'
import { type Change, diffFields } from './directory-change.ts'
import type { GroupChange, GroupProperties, MemberChange, MemberKind } from './group-change.ts'
import {
  isSame,
  type ObjectPlan,
  type PlanSetting,
  type Problem,
  sumUp,
  taken,
} from './object-plan.ts'

/** A group's row as we write it. */
export type GroupRecord = Omit<GroupRow, 'search'>

export type Edge = {
  readonly group: string
  readonly member: string
  readonly memberKind: MemberKind
}

export type GroupPlan = ObjectPlan<GroupRecord> & {
  /** Memberships, each at most once: what the page said of it last. */
  readonly added: readonly Edge[]
  readonly removed: readonly Edge[]
}

/**
 * Works out what a page of changes makes of the groups it speaks of, as `planUsers` does.
 *
 * A member list is complete only when the whole round is: this plans slices.
 *
 * @param existing the rows of the groups that the page speaks of, by Entra id.
 */
export function planGroups(
  existing: ReadonlyMap<string, GroupRecord>,
  changes: readonly GroupChange[],
  setting: PlanSetting,
): GroupPlan {
  const after = new Map<string, GroupRecord | undefined>()
  // By group and member: a page may tell of a hundred thousand, and joining their ids would cost more than the rest.
  const edges = new Map<string, Map<string, MemberChange>>()
  const problems: Problem[] = []
  const takeMembers = (group: string, members: readonly MemberChange[]) => {
    if (members.length === 0) return
    const known = edges.get(group) ?? new Map<string, MemberChange>()
    edges.set(group, known)
    for (const member of members) known.set(member.id, member)
  }
  for (const change of changes) {
    if (change.kind === 'unreadable') {
      const values = { property: change.property }
      problems.push({ kind: 'group', entraId: change.id, code: 'unreadableProperty', values })
      if (change.id && isGuid(change.id)) takeMembers(change.id, change.members)
      continue
    }
    const before = after.has(change.id) ? after.get(change.id) : existing.get(change.id)
    after.set(change.id, applyChange(before, change, setting))
    if (change.kind !== 'changed') {
      // What came before in this page about its members no longer matters; the row decides.
      edges.delete(change.id)
      continue
    }
    takeMembers(change.id, change.members)
    if (change.unreadableMembers > 0) {
      const values = { count: change.unreadableMembers }
      problems.push({ kind: 'membership', entraId: change.id, code: 'unreadableMembers', values })
    }
  }
  return { ...sumUp(existing, after, tellGroup), ...sortOut(edges), problems }
}

function sortOut(told: ReadonlyMap<string, ReadonlyMap<string, MemberChange>>) {
  const edges = { added: [] as Edge[], removed: [] as Edge[] }
  for (const [group, members] of told) {
    for (const { id: member, memberKind, change } of members.values()) {
      edges[change].push({ group, member, memberKind })
    }
  }
  return edges
}

function applyChange(
  before: GroupRecord | undefined,
  change: Exclude<GroupChange, { kind: 'unreadable' }>,
  setting: PlanSetting,
): GroupRecord | undefined {
  switch (change.kind) {
    case 'gone':
    case 'binned':
      return before && markUnsettled({ ...before, entra_state: change.kind })
    case 'changed':
      return before
        ? update(before, change.properties, setting)
        : create(change.id, change.properties, setting)
  }
}

function create(id: string, properties: GroupProperties, setting: PlanSetting): GroupRecord {
  return complete({
    organization_id: setting.organization,
    id: setting.newId(),
    entra_id: id,
    ...takeOver({}, properties),
    entra_state: 'present',
    state: 'active',
    unsettled: false,
    members_stale: false,
    removed_at: null,
    created_at: setting.now,
    changed_at: setting.now,
    generation: setting.generation,
  })
}

function update(
  before: GroupRecord,
  properties: GroupProperties,
  setting: PlanSetting,
): GroupRecord {
  const candidate = markUnsettled(
    complete({
      ...before,
      ...takeOver(before, properties),
      entra_state: 'present',
      // Who left it while it was away is told by nothing; a full round tells who is in it.
      members_stale:
        before.members_stale || (before.entra_state !== 'present' && setting.round === 'delta'),
      generation: setting.generation,
    }),
  )
  return isSame(before, candidate) ? candidate : { ...candidate, changed_at: setting.now }
}

/** What is there is shown and what is not is hidden: where that is not so yet, the run settles it. */
const markUnsettled = (group: GroupRecord): GroupRecord => ({
  ...group,
  unsettled: (group.entra_state === 'present') !== (group.state === 'active'),
})

/** API name of each column that the history tells. */
const TOLD: Readonly<Partial<Record<keyof GroupRecord, string>>> = {
  display_name: 'displayName',
  description: 'description',
  mail: 'mail',
  kind: 'kind',
  is_dynamic: 'isDynamic',
  membership_rule: 'membershipRule',
  visibility: 'visibility',
  on_premises_sync_enabled: 'onPremisesSyncEnabled',
}

function tellGroup(before: GroupRecord | undefined, after: GroupRecord): Change | undefined {
  const { entra_id: entraId, id, display_name: name } = after
  const told = { object: 'group' as const, entraId, id, name }
  if (!before) return { ...told, change: 'created' }
  const fields = diffFields(before, after, TOLD)
  return Object.keys(fields).length > 0 ? { ...told, change: 'updated', fields } : undefined
}

type Taken = Pick<
  GroupRecord,
  | 'display_name'
  | 'description'
  | 'mail'
  | 'mail_nickname'
  | 'kind'
  | 'is_dynamic'
  | 'membership_rule'
  | 'visibility'
  | 'on_premises_sync_enabled'
>

function takeOver(before: Partial<GroupRecord>, came: GroupProperties): Taken {
  return {
    display_name: taken(came.displayName, before.display_name, null),
    description: taken(came.description, before.description, null),
    mail: taken(came.mail, before.mail, null),
    mail_nickname: taken(came.mailNickname, before.mail_nickname, null),
    kind: groupKind(came) ?? before.kind ?? 'security',
    is_dynamic: taken(isDynamic(came.groupTypes), before.is_dynamic, false),
    membership_rule: taken(came.membershipRule, before.membership_rule, null),
    visibility: taken(came.visibility, before.visibility, null),
    on_premises_sync_enabled: taken(
      came.onPremisesSyncEnabled,
      before.on_premises_sync_enabled,
      false,
    ),
  }
}

const isDynamic = (groupTypes: GroupProperties['groupTypes']) =>
  groupTypes?.includes('DynamicMembership') ?? (groupTypes === null ? false : undefined)

/**
 * The sort of group, from the three properties that decide it; `undefined` when they did not come.
 *
 * @see Graph "Overview of groups in Microsoft Graph" › Group types
 */
export function groupKind(properties: GroupProperties): GroupRecord['kind'] | undefined {
  const { groupTypes, mailEnabled, securityEnabled } = properties
  if (groupTypes?.includes('Unified')) return 'microsoft365'
  if (mailEnabled === undefined && securityEnabled === undefined) return undefined
  if (mailEnabled) return securityEnabled ? 'mailSecurity' : 'distribution'
  return 'security'
}

function complete(group: Omit<GroupRecord, 'sort_name' | 'search_words'>): GroupRecord {
  return {
    ...group,
    sort_name: sortKey(group.display_name ?? ''),
    search_words: searchWords([
      group.display_name,
      group.description,
      group.mail,
      group.mail_nickname,
    ]),
  }
}
