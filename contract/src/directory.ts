import { z } from 'zod'
import { Trouble } from './problem.ts'
import { Guid, Instant, ListQuery, pageOf } from './values.ts'

/** Whether what a list shows is the whole: `complete`, or the first synchronisation is not through. */
export const Completeness = z.enum([
  'complete',
  'firstSyncRunning',
  'neverSynchronised',
  'switchedOff',
])
export type Completeness = z.infer<typeof Completeness>

/** `locked` follows in the directory rules; `removed` is in Entra's recycle bin or gone. */
export const UserState = z.enum(['active', 'disabled', 'removed'])
export type UserState = z.infer<typeof UserState>

/** A person, as synchronised from Entra. Every field but `id` and `state` comes from there. */
export const User = z.object({
  id: z.string(),
  entraId: Guid,
  userPrincipalName: z.string(),
  /** Falls back to the user principal name where Entra has none. */
  displayName: z.string(),
  givenName: z.string().nullable(),
  surname: z.string().nullable(),
  mail: z.string().nullable(),
  department: z.string().nullable(),
  jobTitle: z.string().nullable(),
  userType: z.enum(['member', 'guest']),
  state: UserState,
  source: z.literal('entra'),
  createdAt: Instant,
  changedAt: Instant,
})
export type User = z.infer<typeof User>

export const UserDetail = User.extend({
  companyName: z.string().nullable(),
  officeLocation: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  businessPhones: z.array(z.string()),
  employeeId: z.string().nullable(),
  preferredLanguage: z.string().nullable(),
  usageLocation: z.string().nullable(),
  onPremisesSyncEnabled: z.boolean(),
  /** The page of this person in the Entra admin center. */
  entraUrl: z.url(),
  groups: z.array(
    z.object({ id: z.string(), entraId: Guid, displayName: z.string(), kind: z.string() }),
  ),
  groupsComplete: z.boolean(),
})
export type UserDetail = z.infer<typeof UserDetail>

const Descending = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()

export const UserQuery = ListQuery.extend({
  search: z.string().max(200).optional(),
  state: UserState.optional(),
  userType: z.enum(['member', 'guest']).optional(),
  entraId: z.string().max(36).optional(),
  upn: z.string().max(200).optional(),
  /** Only direct members of this group (its `id`). */
  group: z.string().max(60).optional(),
  sort: z.enum(['displayName', 'userPrincipalName', 'department']).default('displayName'),
  descending: Descending,
})
export type UserQuery = z.infer<typeof UserQuery>

/** `total` counts all that match and comes with the first page only. */
export const UserPage = pageOf(User).extend({
  total: z.number().int().nullable(),
  completeness: Completeness,
  /** When the copy was last known to be equal to Entra. */
  asOf: Instant.nullable(),
})

/** What sort of group it is in Entra. */
export const GroupKind = z.enum(['security', 'microsoft365', 'mailSecurity', 'distribution'])
export type GroupKind = z.infer<typeof GroupKind>

export const Group = z.object({
  id: z.string(),
  entraId: Guid,
  displayName: z.string(),
  description: z.string().nullable(),
  mail: z.string().nullable(),
  kind: GroupKind,
  isDynamic: z.boolean(),
  /** Entra hides its members from us (HiddenMembership without Member.Read.Hidden). */
  membersHidden: z.boolean(),
  /** Direct members of every kind. Null while the first synchronisation is not through. */
  memberCount: z.number().int().nullable(),
  source: z.literal('entra'),
  createdAt: Instant,
  changedAt: Instant,
})
export type Group = z.infer<typeof Group>

export const GroupDetail = Group.extend({
  membershipRule: z.string().nullable(),
  visibility: z.string().nullable(),
  onPremisesSyncEnabled: z.boolean(),
  entraUrl: z.url(),
  /** Groups that this group is a direct member of. */
  memberOf: z.array(
    z.object({ id: z.string(), entraId: Guid, displayName: z.string(), kind: z.string() }),
  ),
})
export type GroupDetail = z.infer<typeof GroupDetail>

export const GroupQuery = ListQuery.extend({
  search: z.string().max(200).optional(),
  kind: GroupKind.optional(),
  entraId: z.string().max(36).optional(),
  sort: z.enum(['displayName']).default('displayName'),
  descending: Descending,
})
export type GroupQuery = z.infer<typeof GroupQuery>
export const GroupPage = pageOf(Group).extend({
  total: z.number().int().nullable(),
  completeness: Completeness,
  asOf: Instant.nullable(),
})

export const Member = z.object({
  kind: z.enum(['user', 'group', 'device', 'other']),
  entraId: Guid,
  id: z.string().optional(),
  displayName: z.string().optional(),
})
export type Member = z.infer<typeof Member>
export const MemberQuery = ListQuery.extend({
  transitive: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})
export const MemberPage = pageOf(Member).extend({ membersComplete: z.boolean() })

const ObjectCounts = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  disabled: z.number().int(),
  removed: z.number().int(),
  restored: z.number().int(),
  failed: z.number().int(),
})
export const SyncCounts = z.object({
  users: ObjectCounts,
  groups: ObjectCounts,
  memberships: z.object({ added: z.number().int(), removed: z.number().int() }),
})
export type SyncCounts = z.infer<typeof SyncCounts>

export const SyncRunState = z.enum([
  'queued',
  'running',
  'held',
  'succeeded',
  'failed',
  'cancelled',
])
export type SyncRunState = z.infer<typeof SyncRunState>

/** One synchronisation, past or under way. */
export const SyncRun = z.object({
  id: z.string(),
  state: SyncRunState,
  mode: z.enum(['delta', 'full']),
  dryRun: z.boolean(),
  trigger: z.enum(['portal', 'api', 'cli', 'schedule', 'setUp']),
  requestedBy: z.string(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  /** Requests made to Graph, tries included. */
  requests: z.number().int(),
  counts: SyncCounts,
  /** Where it is: the stream at work, pages and objects read, objects expected where known. */
  progress: z.object({
    phase: z.enum(['waiting', 'users', 'groups', 'finished']),
    pages: z.number().int(),
    objects: z.number().int(),
    expected: z.number().int().nullable(),
  }),
  /** Why it failed, or why it is waiting (e.g. throttled by Graph until …). */
  problem: Trouble.optional(),
})
export type SyncRun = z.infer<typeof SyncRun>

export const NewSyncRun = z.strictObject({
  mode: z.enum(['delta', 'full']).default('delta'),
})
export const SyncRunPage = pageOf(SyncRun)

/** An object that could not be taken over, and why. */
export const SyncProblem = z.object({
  kind: z.enum(['user', 'group', 'membership']),
  entraId: z.string().nullable(),
  code: z.string(),
  detail: z.string(),
  at: Instant,
})
export type SyncProblem = z.infer<typeof SyncProblem>
export const SyncProblemPage = pageOf(SyncProblem)

/** Removing what was synchronised, after its switch was turned off. */
export const DirectoryRemoval = z.object({
  /** The organization's slug, repeated as confirmation. */
  confirm: z.string(),
})
export const RemovalResult = z.object({ removed: z.number().int() })
