import { createHash } from 'node:crypto'
import type { DirectorySettings, StreamName, SyncCounts } from '@mooring/contract/directory'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { isGuid } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { DEVICE_SELECT, toDeviceChange } from './device-change.ts'
import { countChanges } from './directory-change.ts'
import { GROUP_SELECT, toGroupChange } from './group-change.ts'
import { forgetLeaving, noteLeaving } from './leaving-members-store.ts'
import { isKeyDeferred, restoreKey } from './memberships-key-store.ts'
import { addMemberships, hasMembers, removeMemberships, type Telling } from './memberships-store.ts'
import type { ObjectPlan, PlanSetting, Problem } from './object-plan.ts'
import {
  hideUnseen,
  insertObjects,
  loadObjects,
  markMissing,
  markSeen,
  type ObjectRecords,
  type ObjectTable,
  saveObjects,
} from './objects-store.ts'
import { planDevices } from './plan-devices.ts'
import { planGroups } from './plan-groups.ts'
import { planUsers } from './plan-users.ts'
import { recordChanges } from './record-changes-store.ts'
import { noteRescopeAll, noteRescopes } from './scope-store.ts'
import { addCounts, NO_COUNTS } from './sync-run.ts'
import { noteUnapplied } from './unapplied-store.ts'
import { toUserChange, userSelect } from './user-change.ts'

/** What a page, or the end of a round, came to. */
export type PageResult = { readonly counts: SyncCounts; readonly problems: readonly Problem[] }

export type PageSetting = PlanSetting & {
  /** The run that reads the page. */
  readonly run: string
  /** Whether the differences go into the feed: not while everything comes for the first time. */
  readonly isTold: boolean
  /** Groups whose members are let go when the run settles, and not with the page. */
  readonly guarded: ReadonlySet<string>
  /** Whether the round ends with this page. */
  readonly isLast: boolean
}

/** How the objects of one stream are asked for and taken over. */
export type StreamKind = {
  readonly name: StreamName
  readonly table: ObjectTable
  /** Everything that a round of it writes. */
  readonly tables: readonly string[]
  /** Our ids of its objects begin with it. */
  readonly idPrefix: 'usr' | 'grp' | 'dev'
  /** What is asked of Graph. */
  select(rules: DirectorySettings): readonly string[]
  /** Counts the objects to come, for the progress line. */
  readonly countCall: string
  /** The application permissions of which one suffices. */
  readonly permissions: readonly [string, ...string[]]
  /** Takes a page over, within the transaction that also moves the cursor. */
  applyPage(tx: Db, items: readonly DeltaItem[], setting: PageSetting): Promise<PageResult>
  /** At the end of a full round, in the transaction that saves the deltaLink. */
  endRound(tx: Db, setting: PageSetting): Promise<SyncCounts>
}

/** First call of a full round, below `/v1.0`. */
export const firstCall = (kind: StreamKind, rules: DirectorySettings): string =>
  `/${kind.name}/delta?$select=${kind.select(rules).join(',')}`

/** Which properties are asked for, and how they are taken over: another hash needs a new full round. */
export function selectHash(kind: StreamKind, rules: DirectorySettings): string {
  const fields = kind.name === 'users' ? rules.customFields : []
  return createHash('sha256')
    .update([...kind.select(rules)].sort().join(','))
    .update(fields.length > 0 ? JSON.stringify(fields) : '')
    .digest('hex')
    .slice(0, 16)
}

export const STREAM_KINDS: Readonly<Record<StreamName, StreamKind>> = {
  users: {
    name: 'users',
    table: 'directory_users',
    tables: ['directory_users'],
    idPrefix: 'usr',
    select: userSelect,
    countCall: '/users/$count',
    permissions: ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All'],
    applyPage: applyUsers,
    async endRound(tx, { organization, generation }) {
      await markMissing(tx, 'directory_users', organization, generation)
      return NO_COUNTS
    },
  },
  groups: {
    name: 'groups',
    table: 'directory_groups',
    tables: ['directory_groups', 'directory_memberships'],
    idPrefix: 'grp',
    select: () => GROUP_SELECT,
    countCall: '/groups/$count',
    permissions: ['Group.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'],
    applyPage: applyGroups,
    async endRound(tx, { organization, generation }) {
      await markMissing(tx, 'directory_groups', organization, generation)
      await noteRescopeAll(tx, organization)
      return NO_COUNTS
    },
  },
  devices: {
    name: 'devices',
    table: 'directory_devices',
    tables: ['directory_devices'],
    idPrefix: 'dev',
    select: () => DEVICE_SELECT,
    countCall: '/devices/$count',
    permissions: ['Device.ReadWrite.All', 'Device.Read.All', 'Directory.Read.All'],
    applyPage: applyDevices,
    async endRound(tx, { organization, generation, run, now, isTold }) {
      const changes = await hideUnseen(tx, organization, generation, now)
      if (isTold) await recordChanges(tx, organization, changes, { run, now })
      return countChanges(changes)
    },
  },
}

async function applyUsers(
  tx: Db,
  items: readonly DeltaItem[],
  setting: PageSetting,
): Promise<PageResult> {
  const changes = items.map(toUserChange)
  const ids = idsOf(changes)
  const existing = await loadObjects(tx, 'directory_users', setting.organization, ids)
  const plan = planUsers(existing, changes, setting)
  return await savePlan(
    tx,
    { kind: 'user', table: 'directory_users', ids, existing },
    plan,
    setting,
  )
}

async function applyDevices(
  tx: Db,
  items: readonly DeltaItem[],
  setting: PageSetting,
): Promise<PageResult> {
  const changes = items.map(toDeviceChange)
  const ids = idsOf(changes)
  const existing = await loadObjects(tx, 'directory_devices', setting.organization, ids)
  const plan = planDevices(existing, changes, setting)
  return await savePlan(
    tx,
    { kind: 'device', table: 'directory_devices', ids, existing },
    plan,
    setting,
  )
}

async function applyGroups(
  tx: Db,
  items: readonly DeltaItem[],
  setting: PageSetting,
): Promise<PageResult> {
  const { organization, generation, rules, run, now, round, isTold, isLast, guarded } = setting
  const isKeyDue = isLast && (await isKeyDeferred(tx, 'alone'))
  const changes = items.map(toGroupChange)
  const ids = idsOf(changes)
  const existing = await loadObjects(tx, 'directory_groups', organization, ids)
  const plan = planGroups(existing, changes, setting)
  const page = { kind: 'group', table: 'directory_groups', ids, existing } as const
  const saved = await savePlan(tx, page, plan, setting)
  const telling: Telling = isTold ? { run, now } : undefined
  const isGuarded = ({ group }: { group: string }) => guarded.has(group)
  await noteLeaving(tx, organization, plan.removed.filter(isGuarded))
  const free = plan.removed.filter((edge) => !isGuarded(edge))
  const removed = await removeMemberships(tx, organization, free, telling)
  await forgetLeaving(tx, organization, plan.added)
  let added = await addMemberships(tx, organization, plan.added, { generation, telling })
  if (isKeyDue) added -= await restoreKey(tx, organization)
  if (round === 'delta') {
    // A full round works the scope out anew at its end.
    await noteRescopes(tx, organization, rules, [...plan.removed, ...plan.added])
    const isNew = (group: { entra_id: string }) => !existing.has(group.entra_id)
    const come = plan.writes.filter(isNew).map((group) => group.entra_id)
    // A group that could not be read before may have members already.
    const isMoved = plan.writes.some((group) => group.unsettled)
    if (isMoved || (await hasMembers(tx, organization, come))) {
      await noteRescopeAll(tx, organization)
    }
  }
  const counts = { ...NO_COUNTS, memberships: { added, removed } }
  return { ...saved, counts: addCounts(saved.counts, counts) }
}

const PLACES = { user: 'users', group: 'groups', device: 'devices' } as const

async function savePlan<T extends ObjectTable>(
  tx: Db,
  page: {
    readonly kind: 'user' | 'group' | 'device'
    readonly table: T
    readonly ids: readonly string[]
    readonly existing: ReadonlyMap<string, ObjectRecords[T]>
  },
  plan: ObjectPlan<ObjectRecords[T]>,
  setting: PageSetting,
): Promise<PageResult> {
  const { organization, generation, round, run, now, isTold } = setting
  const { kind, table, ids, existing } = page
  const isNew = (record: ObjectRecords[T]) => !existing.has(record.entra_id)
  await insertObjects(tx, table, plan.writes.filter(isNew))
  const known = plan.writes.filter((record) => !isNew(record))
  await saveObjects(tx, table, organization, known)
  // Between full rounds nobody asks when an object was seen: a replay then writes nothing.
  if (round === 'full') {
    // What cannot be read is there all the same: it must not count as missing.
    const unread = plan.problems.map(({ entraId }) => entraId ?? '').filter(isGuid)
    await markSeen(tx, table, organization, [...plan.seen, ...unread], generation)
  }
  if (isTold) await recordChanges(tx, organization, plan.changes, { run, now })
  await noteUnapplied(
    tx,
    organization,
    { kind, applied: ids, problems: plan.problems },
    { run, now },
  )
  const counts = countChanges(plan.changes)
  const place = PLACES[kind]
  const failed = plan.problems.length
  return { counts: { ...counts, [place]: { ...counts[place], failed } }, problems: plan.problems }
}

/** Ids of what a page speaks of, each once. */
function idsOf(changes: readonly { kind: string; id: string | undefined }[]): string[] {
  const ids = changes.filter((change) => change.kind !== 'unreadable').map((change) => change.id)
  return [...new Set(ids.filter((id) => id !== undefined))]
}
