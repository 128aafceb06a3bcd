import { z } from 'zod'
import { Guid, Instant, ListQuery, pageOf } from '../values.ts'
import { StateReason } from './people.ts'

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
