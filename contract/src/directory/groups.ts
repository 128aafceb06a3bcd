import { z } from 'zod'
import { Guid, Instant, ListQuery, pageOf } from '../values.ts'
import { Completeness, Descending } from './people.ts'

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
