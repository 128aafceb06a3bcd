import { z } from 'zod'
import { Trouble } from '../problem.ts'
import { Instant, pageOf } from '../values.ts'

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
    /** With what runs of the last 24 hours took away. */
    'manyPeopleInDay',
    'manyGroupsInDay',
    'manyMemberships',
    /** Of a group that carries a role, a scope or a rule. */
    'manyMembersOfGroup',
    'manyMembersOfGroupInDay',
    'scopeGroupEmpty',
    'scopeGroupGone',
    /** A group that gives a strong role would give it to nobody any more. */
    'ownerGroupEmpty',
    'administratorGroupEmpty',
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
