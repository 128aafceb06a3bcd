import { createHash } from 'node:crypto'
import type { SyncCounts } from '@mooring/contract/directory'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import type { Db } from '../platform/database.ts'
import { GROUP_SELECT, toGroupChange } from './group-change.ts'
import {
  addMemberships,
  countUnseenMemberships,
  removeMemberships,
  sweepMemberships,
} from './memberships-store.ts'
import type { ObjectPlan, PlanSetting, Problem } from './object-plan.ts'
import {
  loadObjects,
  markSeen,
  type ObjectRecords,
  type ObjectTable,
  purgeObjects,
  saveObjects,
} from './objects-store.ts'
import { planGroups } from './plan-groups.ts'
import { planUsers } from './plan-users.ts'
import type { StreamName } from './streams-store.ts'
import { NO_COUNTS } from './sync-run.ts'
import { toUserChange, USER_SELECT } from './user-change.ts'

/** What a page came to. */
export type PageResult = { readonly counts: SyncCounts; readonly problems: readonly Problem[] }

/** How the objects of one stream are asked for and taken over. */
export type StreamKind = {
  readonly name: StreamName
  readonly table: ObjectTable
  /** Everything that a round of it writes. */
  readonly tables: readonly string[]
  /** First call of a full round, below `/v1.0`. */
  readonly firstCall: string
  readonly selectHash: string
  /** Counts the objects to come, for the progress line. */
  readonly countCall: string
  /** Takes a page over, within the transaction that also moves the cursor. */
  applyPage(
    tx: Db,
    items: readonly DeltaItem[],
    setting: PlanSetting,
    round: 'full' | 'delta',
  ): Promise<PageResult>
  /** What else would go at the end of a full round, and of how many. */
  countSweep(tx: Db, setting: PlanSetting): Promise<{ present: number; unseen: number }>
  /** Lets it go. @returns counts of it. */
  sweep(tx: Db, setting: PlanSetting): Promise<SyncCounts>
}

const hashOf = (select: readonly string[]) =>
  createHash('sha256')
    .update([...select].sort().join(','))
    .digest('hex')
    .slice(0, 16)

export const STREAM_KINDS: Readonly<Record<StreamName, StreamKind>> = {
  users: {
    name: 'users',
    table: 'directory_users',
    tables: ['directory_users'],
    firstCall: `/users/delta?$select=${USER_SELECT.join(',')}`,
    selectHash: hashOf(USER_SELECT),
    countCall: '/users/$count',
    applyPage: applyUsers,
    countSweep: async () => ({ present: 0, unseen: 0 }),
    sweep: async () => NO_COUNTS,
  },
  groups: {
    name: 'groups',
    table: 'directory_groups',
    tables: ['directory_groups', 'directory_memberships'],
    firstCall: `/groups/delta?$select=${GROUP_SELECT.join(',')}`,
    selectHash: hashOf(GROUP_SELECT),
    countCall: '/groups/$count',
    applyPage: applyGroups,
    countSweep: (tx, { organization, generation }) =>
      countUnseenMemberships(tx, organization, generation),
    async sweep(tx, { organization, generation }) {
      const removed = await sweepMemberships(tx, organization, generation)
      return { ...NO_COUNTS, memberships: { added: 0, removed } }
    },
  },
}

type RoundKind = 'full' | 'delta'

async function applyUsers(
  tx: Db,
  items: readonly DeltaItem[],
  setting: PlanSetting,
  round: RoundKind,
): Promise<PageResult> {
  const changes = items.map(toUserChange)
  const ids = idsOf(changes)
  const existing = await loadObjects(tx, 'directory_users', setting.organization, ids)
  const plan = planUsers(existing, changes, setting)
  await savePlan(tx, 'directory_users', plan, setting, round)
  const users = { ...plan.counts, failed: plan.problems.length }
  return { counts: { ...NO_COUNTS, users }, problems: plan.problems }
}

async function applyGroups(
  tx: Db,
  items: readonly DeltaItem[],
  setting: PlanSetting,
  round: RoundKind,
): Promise<PageResult> {
  const { organization, generation } = setting
  const changes = items.map(toGroupChange)
  const existing = await loadObjects(tx, 'directory_groups', organization, idsOf(changes))
  const plan = planGroups(existing, changes, setting)
  await savePlan(tx, 'directory_groups', plan, setting, round)
  const removed = await removeMemberships(tx, organization, plan.removed)
  const added = await addMemberships(tx, organization, plan.added, generation)
  const groups = { ...plan.counts, failed: plan.problems.length }
  const memberships = { added, removed }
  return { counts: { ...NO_COUNTS, groups, memberships }, problems: plan.problems }
}

async function savePlan<T extends ObjectTable>(
  tx: Db,
  table: T,
  plan: ObjectPlan<ObjectRecords[T]>,
  { organization, generation }: PlanSetting,
  round: RoundKind,
): Promise<void> {
  await saveObjects(tx, table, organization, plan.writes)
  // Between full rounds nobody asks when an object was seen: a replay then writes nothing.
  if (round === 'full') await markSeen(tx, table, organization, plan.seen, generation)
  await purgeObjects(tx, table, organization, plan.purges)
}

/** Ids of what a page speaks of, each once. */
function idsOf(changes: readonly { kind: string; id: string | undefined }[]): string[] {
  const ids = changes.filter((change) => change.kind !== 'unreadable').map((change) => change.id)
  return [...new Set(ids.filter((id) => id !== undefined))]
}
