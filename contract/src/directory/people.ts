import { z } from 'zod'
import { Guid, Instant, ListQuery, pageOf } from '../values.ts'

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
  /** `provider`: created at a sign-in with another provider than Entra. */
  source: z.enum(['entra', 'provider']),
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

/** Whether a list is in reverse. */
export const Descending = z
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
