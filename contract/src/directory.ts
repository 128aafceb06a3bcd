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

/**
 * `disabled`: locked because Entra has disabled the account. `removed`: locked because the person left
 * Entra or what this organization synchronises; kept for the grace period, then deleted.
 */
export const UserState = z.enum(['active', 'disabled', 'removed'])
export type UserState = z.infer<typeof UserState>

/** Why somebody is not active, or not part of the organization. */
export const StateReason = z.enum([
  /** Entra has disabled the account. */
  'accountDisabled',
  /** In Entra's recycle bin; can come back for 30 days. */
  'recycleBin',
  /** Deleted in Entra for good. */
  'deleted',
  /** No longer listed by Entra when everything was read. */
  'missing',
  /** In none of the groups that are synchronised. */
  'outOfScope',
  /** A guest, and guests are left out. */
  'guest',
  /** Lives in another organization that is connected to the same tenant. */
  'elsewhere',
])
export type StateReason = z.infer<typeof StateReason>

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
  /** Why the person is not active; null for active people. */
  stateReason: StateReason.nullable(),
  /** Since when somebody is `removed`, and when the grace period ends. */
  removedAt: Instant.nullable(),
  deletedOn: Instant.nullable(),
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
  /** Custom fields, in the order of the settings; null where Entra has no value. */
  customFields: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
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
  /** Locked because they left Entra or the scope; kept for the grace period. */
  removed: z.number().int(),
  restored: z.number().int(),
  failed: z.number().int(),
})
export const SyncCounts = z.object({
  users: ObjectCounts,
  groups: ObjectCounts,
  devices: ObjectCounts,
  memberships: z.object({ added: z.number().int(), removed: z.number().int() }),
})
export type SyncCounts = z.infer<typeof SyncCounts>

export const SyncRunState = z.enum([
  'queued',
  'running',
  /** Stopped by the removal brake: waits for somebody to approve or cancel. */
  'held',
  'succeeded',
  'failed',
  'cancelled',
])
export type SyncRunState = z.infer<typeof SyncRunState>

/** One kind of object that is read on its own. */
export const StreamName = z.enum(['users', 'groups', 'devices'])
export type StreamName = z.infer<typeof StreamName>

/** How far a run is with one kind of object. */
export const StreamProgress = z.object({
  stream: StreamName,
  state: z.enum(['waiting', 'reading', 'done', 'failed']),
  /** Whether everything is read or only what changed. */
  round: z.enum(['full', 'delta']).nullable(),
  pages: z.number().int(),
  objects: z.number().int(),
  /** How many are to come; null where that is not known. */
  expected: z.number().int().nullable(),
})
export type StreamProgress = z.infer<typeof StreamProgress>

/** A reason for which the removal brake holds a run. */
export const Hold = z.object({
  code: z.enum([
    'manyPeople',
    'manyGroups',
    'manyMemberships',
    'scopeGroupEmpty',
    'scopeGroupGone',
  ]),
  title: z.string(),
  detail: z.string(),
})
export type Hold = z.infer<typeof Hold>

/** One synchronisation, past or under way. */
export const SyncRun = z.object({
  id: z.string(),
  state: SyncRunState,
  mode: z.enum(['delta', 'full']),
  /** Shows what would change, and changes nothing. */
  dryRun: z.boolean(),
  trigger: z.enum([
    'portal',
    'api',
    'cli',
    'schedule',
    'setUp',
    'notification',
    'settings',
    'preview',
  ]),
  requestedBy: z.string(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  /** Requests made to Graph, tries included. */
  requests: z.number().int(),
  counts: SyncCounts,
  /** Where it is. `pages`, `objects` and `expected` are sums over the streams. */
  progress: z.object({
    phase: z.enum(['waiting', 'reading', 'settling', 'finished']),
    pages: z.number().int(),
    objects: z.number().int(),
    expected: z.number().int().nullable(),
    /** Objects per second since the run began to read; null before. */
    rate: z.number().nullable(),
    estimatedEndAt: Instant.nullable(),
    streams: z.array(StreamProgress),
  }),
  /** Why it failed, or why it is waiting (e.g. throttled by Graph until …). */
  problem: Trouble.optional(),
  /** Why the removal brake holds it, or held it; for a dry run why it would. */
  holds: z.array(Hold),
  /** What was decided about a run that was held. */
  decision: z
    .object({
      /** `superseded`: a later run looked at everything again. */
      kind: z.enum(['approved', 'cancelled', 'superseded']),
      by: z.string(),
      at: Instant,
      reason: z.string().nullable(),
    })
    .nullable(),
})
export type SyncRun = z.infer<typeof SyncRun>

export const NewSyncRun = z.strictObject({
  mode: z.enum(['delta', 'full']).default('delta'),
  /** Shows what would change, and changes nothing. */
  dryRun: z.boolean().default(false),
})
export const SyncRunPage = pageOf(SyncRun)

/** Approving or cancelling; a held run wants a reason, which is kept with the run. */
export const RunDecision = z.strictObject({ reason: z.string().trim().max(500).optional() })
export const RunApproval = z.strictObject({ reason: z.string().trim().min(1).max(500) })

/** An object that could not be taken over, and why. */
export const SyncProblem = z.object({
  kind: z.enum(['user', 'group', 'membership', 'device']),
  entraId: z.string().nullable(),
  code: z.string(),
  detail: z.string(),
  at: Instant,
})
export type SyncProblem = z.infer<typeof SyncProblem>
export const SyncProblemPage = pageOf(SyncProblem)

/** An object that still could not be taken over; every run tries again. */
export const OpenProblem = SyncProblem.extend({
  /** Its page in the Entra admin center, where there is one. */
  entraUrl: z.url().nullable(),
  firstSeenAt: Instant,
  tries: z.number().int(),
  nextTryAt: Instant.nullable(),
})
export type OpenProblem = z.infer<typeof OpenProblem>
export const OpenProblemPage = pageOf(OpenProblem)

/** What kind of thing changed. */
export const ChangedObject = z.enum(['user', 'group', 'membership', 'device'])
export type ChangedObject = z.infer<typeof ChangedObject>

/**
 * How it changed. `removed` is locked and kept for the grace period, `purged` is deleted for good.
 * Memberships know only `added` and `removed`.
 */
export const ChangeKind = z.enum([
  'created',
  'updated',
  'disabled',
  'enabled',
  'removed',
  'restored',
  'purged',
  'added',
])
export type ChangeKind = z.infer<typeof ChangeKind>

/** One real difference that a run made, or would make. */
export const DirectoryChange = z.object({
  /** Grows; unique within its list. */
  number: z.number().int(),
  at: Instant,
  run: z.string().nullable(),
  object: ChangedObject,
  change: ChangeKind,
  /** The person, group or device; of a membership the group. */
  entraId: Guid,
  /** Our id of it, where we have one. */
  id: z.string().nullable(),
  /** Its name at that time; null once the person is deleted for good. */
  name: z.string().nullable(),
  /** Of a membership: who or what became or ceased to be a member. */
  member: z
    .object({
      kind: z.enum(['user', 'group', 'device', 'other']),
      entraId: Guid,
      id: z.string().nullable(),
      name: z.string().nullable(),
    })
    .nullable(),
  reason: StateReason.nullable(),
  /** Field by field, as shown to people. */
  fields: z.array(
    z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
})
export type DirectoryChange = z.infer<typeof DirectoryChange>
export const DirectoryChangePage = pageOf(DirectoryChange).extend({
  /** Everything in the list came with the first synchronisation, which is not kept one by one. */
  firstLoad: z.boolean(),
})

export const ChangeQuery = ListQuery.extend({
  object: ChangedObject.optional(),
  change: ChangeKind.optional(),
  /** Part of a name. */
  search: z.string().max(200).optional(),
})
export type ChangeQuery = z.infer<typeof ChangeQuery>

/** A group that somebody or something is a member of, directly or through other groups. */
export const EffectiveGroup = z.object({
  id: z.string(),
  entraId: Guid,
  displayName: z.string(),
  kind: GroupKind,
  direct: z.boolean(),
  /** A shortest way there: the direct group first, this group not included. Empty when direct. */
  via: z.array(z.object({ id: z.string(), entraId: Guid, displayName: z.string() })),
})
export type EffectiveGroup = z.infer<typeof EffectiveGroup>
export const EffectiveGroupPage = pageOf(EffectiveGroup).extend({ complete: z.boolean() })

/** When runs start by themselves. */
export const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off') }),
  z.strictObject({ kind: z.literal('every'), minutes: z.number().int().min(5).max(1440) }),
  z.strictObject({
    kind: z.literal('cron'),
    /** Five fields: minute, hour, day of month, month, day of week. */
    expression: z.string().min(9).max(100),
    /** IANA name, e.g. `Europe/Berlin`. */
    timeZone: z.string().min(1).max(60),
  }),
])
export type Schedule = z.infer<typeof Schedule>

/** Whom an organization takes over from its tenant. */
export const Scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({
    kind: z.literal('groups'),
    groups: z
      .array(z.strictObject({ entraId: Guid, transitive: z.boolean() }))
      .min(1)
      .max(100),
  }),
])
export type Scope = z.infer<typeof Scope>

/** Attributes of people that may be left out. Names, state and the user principal name always come. */
export const OPTIONAL_ATTRIBUTES = [
  'givenName',
  'surname',
  'mail',
  'department',
  'jobTitle',
  'companyName',
  'officeLocation',
  'mobilePhone',
  'businessPhones',
  'employeeId',
  'preferredLanguage',
  'usageLocation',
] as const
export const OptionalAttribute = z.enum(OPTIONAL_ATTRIBUTES)
export type OptionalAttribute = z.infer<typeof OptionalAttribute>

/** Attributes in Entra that a custom field can be filled from. */
export const CUSTOM_ATTRIBUTES = [
  'city',
  'state',
  'country',
  'postalCode',
  'streetAddress',
  'employeeType',
  'onPremisesSamAccountName',
  'onPremisesUserPrincipalName',
  'onPremisesDistinguishedName',
  'onPremisesImmutableId',
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}` as const),
] as const
export const CustomAttribute = z.enum(CUSTOM_ATTRIBUTES)
export type CustomAttribute = z.infer<typeof CustomAttribute>

export const CustomField = z.strictObject({
  /** As shown, and as policies will name it: letters, digits, `_`. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/),
  attribute: CustomAttribute,
})
export type CustomField = z.infer<typeof CustomField>

export const DirectorySettings = z.strictObject({
  schedule: Schedule,
  scope: Scope,
  guests: z.enum(['exclude', 'include']),
  disabledUsers: z.enum(['lock', 'ignore']),
  removedUsers: z.strictObject({ graceDays: z.number().int().min(0).max(365) }),
  brake: z.strictObject({
    atLeast: z.number().int().min(0).max(100_000),
    percent: z.number().min(0).max(100),
  }),
  attributes: z.array(OptionalAttribute),
  customFields: z.array(CustomField).max(15),
  /** Whether Microsoft may tell this server that something changed, where it is reachable. */
  changeNotifications: z.boolean(),
})
export type DirectorySettings = z.infer<typeof DirectorySettings>

/** What is not given stays as it is. */
export const DirectorySettingsInput = DirectorySettings.partial({
  attributes: true,
  customFields: true,
  changeNotifications: true,
})
export type DirectorySettingsInput = z.infer<typeof DirectorySettingsInput>

/** The settings, with what a person wants to see beside them. */
export const DirectorySettingsAnswer = DirectorySettings.extend({
  /** Names of the scope's groups where we know them. */
  scopeGroups: z.array(
    z.object({
      entraId: Guid,
      displayName: z.string().nullable(),
      /** `missing`: not among the groups we read. */
      state: z.enum(['present', 'missing', 'unknown']),
      members: z.number().int().nullable(),
    }),
  ),
  nextRunAt: Instant.nullable(),
  /** People of the tenant who are not part of this organization, by reason. */
  leftOut: z.array(z.object({ reason: StateReason, people: z.number().int() })),
  updatedAt: Instant.nullable(),
  updatedBy: z.string().nullable(),
})
export type DirectorySettingsAnswer = z.infer<typeof DirectorySettingsAnswer>

/** What saving the settings would change: a dry run without reading Entra. */
export const SettingsPreview = z.object({
  run: SyncRun,
  /** Other attributes are wanted: their values come with a full read, which this preview cannot know. */
  needsFullRead: z.boolean(),
})
export type SettingsPreview = z.infer<typeof SettingsPreview>

/** A group in Entra, found while choosing a scope. */
export const EntraGroup = z.object({
  entraId: Guid,
  displayName: z.string(),
  description: z.string().nullable(),
  kind: GroupKind,
  isDynamic: z.boolean(),
})
export type EntraGroup = z.infer<typeof EntraGroup>
export const EntraGroupQuery = z.object({ search: z.string().trim().min(1).max(100) })
export const EntraGroupList = z.object({ items: z.array(EntraGroup) })

/** How one kind of object stands: how old our copy is, and whether it is being kept up to date. */
export const StreamStanding = z.object({
  stream: StreamName,
  /**
   * `off`: switched off. `notAllowed`: the permission is missing. `never`: not read yet. `current`:
   * fine. `late`: no success for long. `failing`: the last run could not read it.
   */
  state: z.enum(['off', 'notAllowed', 'never', 'current', 'late', 'failing']),
  /** One sentence. */
  sentence: z.string(),
  lastSuccessAt: Instant.nullable(),
  lastFullReadAt: Instant.nullable(),
  problem: Trouble.nullable(),
})
export type StreamStanding = z.infer<typeof StreamStanding>

/** How Microsoft tells us about changes. */
export const NotificationStanding = z.object({
  stream: z.enum(['users', 'groups']),
  /** `unreachable`: Microsoft could not reach this server, or its URL is not public. */
  state: z.enum(['off', 'pending', 'active', 'unreachable', 'failing', 'expired']),
  sentence: z.string(),
  expiresAt: Instant.nullable(),
  lastNotificationAt: Instant.nullable(),
})
export type NotificationStanding = z.infer<typeof NotificationStanding>

export const DirectoryStanding = z.object({
  streams: z.array(StreamStanding),
  notifications: z.array(NotificationStanding),
  openProblems: z.number().int(),
  heldRun: z.string().nullable(),
  nextRunAt: Instant.nullable(),
})
export type DirectoryStanding = z.infer<typeof DirectoryStanding>

/** Removing what was synchronised, after its switch was turned off. */
export const DirectoryRemoval = z.object({
  /** The organization's slug, repeated as confirmation. */
  confirm: z.string(),
})
export const RemovalResult = z.object({ removed: z.number().int() })
