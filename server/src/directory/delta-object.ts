import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { isGuid } from '../entra/ids.ts'

/** What one delta item says of an object, whatever its kind. */
export type DeltaObject<Id, Properties> =
  | { readonly kind: 'changed'; readonly id: Id; readonly properties: Properties }
  | Removed<Id>
  | Unreadable

export type Removed<Id> =
  /** In Entra's recycle bin: can still come back. */
  { readonly kind: 'binned'; readonly id: Id } | { readonly kind: 'gone'; readonly id: Id }

/** Cannot be taken over; told to the administrator, never dropped silently. */
export type Unreadable = {
  readonly kind: 'unreadable'
  readonly id: string | undefined
  readonly property: string
}

/**
 * Reads one item of a delta answer. Unknown properties and annotations are ignored.
 *
 * @see Graph "Use delta query" › Resource representation in the delta query response
 */
export function readDeltaObject<Id, Schema extends z.ZodType>(
  item: DeltaItem,
  as: { readonly id: (guid: string) => Id; readonly properties: Schema },
): DeltaObject<Id, z.output<Schema>> {
  const rawId = item['id']
  if (typeof rawId !== 'string' || !isGuid(rawId)) {
    const id = typeof rawId === 'string' ? rawId.slice(0, MAX_SHOWN_ID) : undefined
    return { kind: 'unreadable', id, property: 'id' }
  }
  const id = as.id(rawId)
  const reason = removalReason(item)
  if (reason) return { kind: reason === 'deleted' ? 'gone' : 'binned', id }
  const parsed = as.properties.safeParse(item)
  if (parsed.success) return { kind: 'changed', id, properties: parsed.data }
  return {
    kind: 'unreadable',
    id: rawId.toLowerCase(),
    property: String(parsed.error.issues[0]?.path[0] ?? 'unknown'),
  }
}

const MAX_SHOWN_ID = 100

const RemovedMark = z.object({ reason: z.string().optional() })

/** `changed` and `deleted` are documented; an unknown reason is taken as the one that loses less. */
function removalReason(item: DeltaItem): 'changed' | 'deleted' | undefined {
  if (item['@removed'] === undefined) return undefined
  return RemovedMark.safeParse(item['@removed']).data?.reason === 'deleted' ? 'deleted' : 'changed'
}
