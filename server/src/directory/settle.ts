import type { DirectorySettings, SyncCounts } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { decideState, isSettled, type Verdict } from './decide-state.ts'
import { type Change, countChanges } from './directory-change.ts'
import { type Losing, letLeave, listLosing } from './leaving-members-store.ts'
import {
  countMemberships,
  purgeMemberships,
  sweepMemberships,
  type Telling,
} from './memberships-store.ts'
import { nameOf } from './plan-users.ts'
import type { JudgeSettled } from './reading.ts'
import { forgetHistory, recordChanges } from './record-changes-store.ts'
import { BRAKE_DAY_MS, exceeds, exceedsInDay, type RemovalTally } from './removal-brake.ts'
import { countRemovedSince } from './removals-store.ts'
import { countScopeGroups, rescope } from './scope-store.ts'
import {
  blankUsers,
  countGroups,
  countPeople,
  deleteGroups,
  deleteUsers,
  findElsewhere,
  findSiblings,
  listUnsettled,
  lockState,
  lockTenant,
  type Move,
  moveUsers,
  saveSettled,
  settleGroups,
  type UnsettledUser,
  wakeElsewhere,
} from './settle-store.ts'
import { findStream, markSwept } from './streams-store.ts'
import { addCounts, NO_COUNTS, type RunHold } from './sync-run.ts'

export type SettleSetting = {
  readonly organization: OrganizationId
  readonly tenantId: string
  readonly rules: DirectorySettings
  /** The run that settles. */
  readonly run: string
  readonly now: Date
  /** Groups whose members do not go without the brake having looked. */
  readonly guarded?: ReadonlySet<string>
  /** What rooms above would not have go. */
  readonly judge?: JudgeSettled | undefined
}

/** What settling came to, and why the removal brake would not have it. */
export type Settled = {
  readonly counts: SyncCounts
  readonly holds: readonly RunHold[]
  /** Whether there were people or groups to settle. */
  readonly isMoved: boolean
}

const CHUNK = 5000
const DAY_MS = 24 * 60 * 60 * 1000
/** As long as Entra's recycle bin keeps a group. */
const GROUP_BIN_DAYS = 30
const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * Makes the organization follow what was read of Entra: who belongs to it, who is locked, what is let
 * go. Everything a run takes away, it takes away here, in one transaction.
 *
 * Nothing here asks whether that is too much: it is told in `holds`, and the caller undoes the
 * transaction.
 */
export async function settle(tx: Db, setting: SettleSetting): Promise<Settled> {
  const { organization, rules, run, now } = setting
  await lockTenant(tx, setting.tenantId)
  const state = await lockState(tx, organization)
  const groups = await findStream(tx, organization, 'groups')
  const telling = { run, now }
  // First, because who is in the scope follows from it. A full round that is under way has another
  // generation than the one that ended: what it has not met yet may still come.
  const swept =
    groups?.sweepDue === true && groups.round === 'delta'
      ? await sweep(tx, setting, { generation: groups.generation, telling })
      : { counts: NO_COUNTS, tally: undefined }
  const gone = await letLeave(tx, organization, telling)
  const left = { ...NO_COUNTS, memberships: { added: 0, removed: gone } }
  // Until the groups are all here, and in the middle of a round in which people may have left one
  // group and not yet come into the next, nothing is known about who is in the scope.
  const isKnown = groups?.lastSuccessAt !== undefined && !groups.cursorUrl
  const isRescoped =
    (isKnown || rules.scope.kind === 'all') &&
    (await rescope(tx, organization, rules.scope, state.rescopeAll ? 'all' : 'noted'))
  const people = await settleUsers(tx, setting, state.settleAll)
  const shown = await settleAllGroups(tx, setting)
  await markSwept(tx, organization)
  // Counting the groups of the scope costs as much as they have members.
  const isMoved = people.moved > 0 || shown.moved > 0
  const scope =
    isRescoped || isMoved
      ? await judgeScope(tx, setting, state.scopeMembers)
      : { members: state.scopeMembers, holds: [] }
  await saveSettled(tx, organization, scope.members)

  const holds: RunHold[] = [...scope.holds]
  // People who are disabled are still counted; those who are locked away no longer are.
  const countLeft = async () =>
    (await countPeople(tx, organization)) - people.disabled - people.joined
  holds.push(
    ...(await judge(tx, setting, 'user', people.locked, countLeft)),
    ...(await judge(tx, setting, 'group', shown.removed, () => countGroups(tx, organization))),
  )
  if (swept.tally && exceeds(swept.tally, rules.brake)) {
    holds.push({ code: 'manyMemberships', values: { ...swept.tally } })
  }
  const unlinked = addCounts(swept.counts, left)
  holds.push(...(await judgeMembers(tx, setting, unlinked.memberships.removed, holds)))
  holds.push(...((await setting.judge?.(tx, organization)) ?? []))
  const counts = addCounts(addCounts(people.counts, shown.counts), unlinked)
  return { counts, holds, isMoved }
}

const CODES = {
  user: { atOnce: 'manyPeople', inDay: 'manyPeopleInDay' },
  group: { atOnce: 'manyGroups', inDay: 'manyGroupsInDay' },
} as const

/** Whether too much would go: in this run, or with it within a day. */
async function judge(
  tx: Db,
  { organization, rules: { brake }, run, now }: SettleSetting,
  object: 'user' | 'group',
  removed: number,
  countLeft: () => Promise<number>,
): Promise<RunHold[]> {
  if (removed === 0) return []
  // What is left is only counted where the least is passed.
  const tallyOf = async (gone: number): Promise<RemovalTally | undefined> =>
    gone > brake.atLeast ? { removed: gone, present: (await countLeft()) + gone } : undefined
  const atOnce = await tallyOf(removed)
  if (atOnce && exceeds(atOnce, brake)) return [{ code: CODES[object].atOnce, values: atOnce }]
  const since = new Date(now.getTime() - BRAKE_DAY_MS)
  const inDay = await tallyOf(await countRemovedSince(tx, organization, object, { run, since }))
  if (inDay && exceedsInDay(inDay, brake)) return [{ code: CODES[object].inDay, values: inDay }]
  return []
}

/** Whether a group that gives people something would lose too many of its members. */
async function judgeMembers(
  tx: Db,
  { organization, rules: { brake }, run, now, guarded = new Set() }: SettleSetting,
  removed: number,
  holds: readonly RunHold[],
): Promise<RunHold[]> {
  if (removed === 0 || guarded.size === 0) return []
  const given = { groups: guarded, run, moreThan: brake.atLeast }
  const toHold =
    (code: RunHold['code']) =>
    ({ entraId, name: group, removed, present }: Losing & RemovalTally): RunHold => ({
      code,
      values: { group, entraId, removed, present },
    })
  const losing = async (since: Date | undefined) =>
    (await listLosing(tx, organization, { ...given, since })).map((one) => ({
      ...one,
      present: one.remaining + one.removed,
    }))
  const atOnce = (removed > brake.atLeast ? await losing(undefined) : [])
    .filter((one) => exceeds(one, brake))
    .map(toHold('manyMembersOfGroup'))
  const isTold = ({ values }: RunHold) =>
    [...holds, ...atOnce].some((hold) => hold.values['entraId'] === values['entraId'])
  const inDay = (await losing(new Date(now.getTime() - BRAKE_DAY_MS)))
    .filter((one) => exceedsInDay(one, brake))
    .map(toHold('manyMembersOfGroupInDay'))
  return [...atOnce, ...inDay.filter((hold) => !isTold(hold))]
}

type SettledPeople = {
  counts: SyncCounts
  /** Locked now who were not before: by Entra's lock, or by leaving. */
  locked: number
  disabled: number
  joined: number
  moved: number
}

async function settleUsers(tx: Db, setting: SettleSetting, all: boolean): Promise<SettledPeople> {
  const { organization, rules, now } = setting
  const graceMs = rules.removedUsers.graceDays * DAY_MS
  const expiredBefore = new Date(now.getTime() - graceMs)
  const siblings = await findSiblings(tx, organization, setting.tenantId)
  const sum: SettledPeople = { counts: NO_COUNTS, locked: 0, disabled: 0, joined: 0, moved: 0 }
  for (let after = FIRST; ; ) {
    const chunk = await listUnsettled(tx, organization, { all, expiredBefore, after, limit: CHUNK })
    if (chunk.length === 0) return sum
    const outside = chunk.filter((user) => user.state === 'outside').map((user) => user.entra_id)
    const elsewhere = await findElsewhere(tx, siblings, outside)
    const { changes, counts } = await settleChunk(tx, setting, chunk, elsewhere)
    sum.counts = addCounts(sum.counts, counts)
    sum.moved += chunk.length
    const letGo = changes.filter(({ change }) => change === 'purged')
    await wakeElsewhere(
      tx,
      siblings,
      letGo.map(({ entraId }) => entraId),
    )
    for (const { change, wasShown } of changes) {
      if (wasShown && (change === 'removed' || change === 'disabled')) sum.locked += 1
      if (change === 'disabled') sum.disabled += 1
      if (!wasShown && (change === 'created' || change === 'restored')) sum.joined += 1
    }
    after = chunk.at(-1)?.entra_id ?? after
    if (chunk.length < CHUNK) return sum
  }
}

/** Settles one person alone, e.g. who signs in before the next run. */
export async function settlePerson(
  tx: Db,
  setting: SettleSetting,
  user: UnsettledUser,
  elsewhere: ReadonlySet<string>,
): Promise<void> {
  await settleChunk(tx, setting, [user], elsewhere)
}

type UserChange = Change & {
  /** Whether the person was part of the organization, and not locked away. */
  readonly wasShown: boolean
}

async function settleChunk(
  tx: Db,
  setting: SettleSetting,
  chunk: readonly UnsettledUser[],
  elsewhere: ReadonlySet<string>,
): Promise<{ changes: UserChange[]; counts: SyncCounts }> {
  const { organization, rules, run, now } = setting
  const moves: Move[] = []
  const changes: UserChange[] = []
  const gone: string[] = []
  const blank: string[] = []
  const forgotten: string[] = []
  for (const user of chunk) {
    if (user.in_scope === null) continue // Not worked out yet: the groups are still being read.
    const facts = { ...user, isElsewhere: elsewhere.has(user.entra_id) }
    const verdict = decideState(facts, rules, now)
    if (isSettled(user, verdict) && !user.unsettled) continue
    const told = tellMove(user, verdict)
    if (told) changes.push(told)
    if (verdict.kind === 'expired') forgotten.push(user.entra_id)
    const isLetGo = verdict.kind === 'expired' || verdict.state === 'outside'
    if (isLetGo && user.entra_state === 'gone') {
      gone.push(user.entra_id)
      continue
    }
    // Entra may give them back, and would not say whose members they were: an empty row remembers.
    if (isLetGo && user.entra_state !== 'present') blank.push(user.entra_id)
    moves.push(toMove(user, verdict, told !== undefined))
  }
  await moveUsers(tx, organization, moves, now)
  await deleteUsers(tx, organization, gone)
  await blankUsers(tx, organization, blank, now)
  await recordChanges(tx, organization, changes, { run, now })
  await forgetHistory(tx, organization, forgotten)
  const removed = await purgeGone(tx, setting, chunk, changes)
  const counts = countChanges(changes)
  return {
    changes,
    counts: addCounts(counts, { ...NO_COUNTS, memberships: { added: 0, removed } }),
  }
}

/**
 * Lets go of the memberships of people who are gone for good. Whoever is in the recycle bin may come
 * back with theirs, even after the grace period.
 *
 * @returns how many were told one by one: of people whose going is not told now, because it never
 *   was that they are here, or was long ago.
 */
async function purgeGone(
  tx: Db,
  { organization, run, now }: SettleSetting,
  chunk: readonly UnsettledUser[],
  changes: readonly UserChange[],
): Promise<number> {
  const told = new Set(
    changes
      .filter(({ change, reason }) => change === 'purged' || reason === 'deleted')
      .map(({ entraId }) => entraId),
  )
  const gone = chunk.filter((user) => user.entra_state === 'gone').map((user) => user.entra_id)
  const silent = gone.filter((id) => told.has(id))
  await purgeMemberships(tx, organization, silent, undefined)
  const others = gone.filter((id) => !told.has(id))
  return await purgeMemberships(tx, organization, others, { run, now })
}

function toMove(user: UnsettledUser, verdict: Verdict, changed: boolean): Move {
  const { entra_id, id } = user
  if (verdict.kind === 'state') {
    const { state, reason, removedAt } = verdict
    return { entra_id, id, state, reason, removed_at: removedAt, changed }
  }
  // Still in Entra, no longer ours: should they come again, it is as somebody new.
  const move = { entra_id, id: newId('usr'), state: 'outside', reason: verdict.reason } as const
  return { ...move, removed_at: null, changed }
}

function tellMove(user: UnsettledUser, verdict: Verdict): UserChange | undefined {
  const { state: before, entra_id: entraId, id } = user
  const wasShown = before === 'active' || before === 'disabled'
  const told = { object: 'user' as const, entraId, id, name: nameOf(user), wasShown }
  if (verdict.kind === 'expired') return { ...told, change: 'purged', reason: verdict.reason }
  const { state: after, reason } = verdict
  if (before === after) return undefined
  switch (after) {
    case 'removed':
      return { ...told, change: 'removed', reason }
    case 'outside':
      return undefined
    case 'active':
    case 'disabled':
      if (before === 'outside') return { ...told, change: 'created', reason }
      if (before === 'removed') return { ...told, change: 'restored', reason }
      return { ...told, change: after === 'disabled' ? 'disabled' : 'enabled', reason }
  }
}

async function settleAllGroups(
  tx: Db,
  { organization, run, now }: SettleSetting,
): Promise<{ counts: SyncCounts; removed: number; moved: number }> {
  const moved = await settleGroups(tx, organization, now)
  const changes = moved.flatMap(({ id, entra_id: entraId, display_name: name, ...group }) => {
    const after = group.entra_state === 'present' ? 'active' : 'removed'
    if (after === group.state) return []
    const change: Change = {
      object: 'group',
      change: after === 'removed' ? 'removed' : 'restored',
      entraId,
      id,
      name,
    }
    return [change]
  })
  const hiddenBefore = new Date(now.getTime() - GROUP_BIN_DAYS * DAY_MS)
  const deleted = await deleteGroups(tx, organization, hiddenBefore)
  const purged = deleted.map(({ id, entra_id: entraId, display_name: name }): Change => {
    return { object: 'group', change: 'purged', entraId, id, name }
  })
  // The memberships go with it, which is not told once for each.
  await purgeMemberships(
    tx,
    organization,
    purged.map(({ entraId }) => entraId),
    undefined,
  )
  await recordChanges(tx, organization, [...changes, ...purged], { run, now })
  const removed = changes.filter(({ change }) => change === 'removed').length
  return { counts: countChanges(changes), removed, moved: moved.length }
}

/** Lets go of memberships that a finished full round did not meet. */
async function sweep(
  tx: Db,
  { organization }: SettleSetting,
  { generation, telling }: { generation: number; telling: Telling },
): Promise<{ counts: SyncCounts; tally: RemovalTally }> {
  const present = await countMemberships(tx, organization)
  const removed = await sweepMemberships(tx, organization, generation, telling)
  const counts = { ...NO_COUNTS, memberships: { added: 0, removed } }
  return { counts, tally: { removed, present } }
}

/** Whether a group that decides who belongs here is suddenly empty or gone. */
async function judgeScope(
  tx: Db,
  { organization, rules }: SettleSetting,
  before: Readonly<Record<string, number>>,
): Promise<{ members: Record<string, number>; holds: RunHold[] }> {
  if (rules.scope.kind === 'all') return { members: {}, holds: [] }
  const groups = await countScopeGroups(tx, organization, rules.scope.groups)
  const holds = groups.flatMap(({ entraId, name, isPresent, members }): RunHold[] => {
    const had = before[entraId] ?? 0
    const values = { group: name ?? entraId, entraId, had }
    if (had > 0 && !isPresent) return [{ code: 'scopeGroupGone', values }]
    if (had > 0 && members === 0) return [{ code: 'scopeGroupEmpty', values }]
    return []
  })
  return {
    members: Object.fromEntries(groups.map((group) => [group.entraId, group.members])),
    holds,
  }
}
