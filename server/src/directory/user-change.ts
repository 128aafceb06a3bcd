import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { isGuid, type UserObjectId, userObjectId } from '../entra/ids.ts'

/** Asked of Graph: each property more makes more change traffic. `id` always comes. */
export const USER_SELECT = [
  'id',
  'userPrincipalName',
  'displayName',
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
  'userType',
  'accountEnabled',
  'onPremisesSyncEnabled',
] as const

const Text = z.string().max(2000).nullable()

/** Absent means "unchanged or never set"; `null` means "cleared". */
const UserProperties = z
  .object({
    userPrincipalName: Text,
    displayName: Text,
    givenName: Text,
    surname: Text,
    mail: Text,
    department: Text,
    jobTitle: Text,
    companyName: Text,
    officeLocation: Text,
    mobilePhone: Text,
    businessPhones: z.array(z.string().max(200)).max(100).nullable(),
    employeeId: Text,
    preferredLanguage: Text,
    usageLocation: Text,
    userType: Text,
    accountEnabled: z.boolean().nullable(),
    onPremisesSyncEnabled: z.boolean().nullable(),
  })
  .partial()
export type UserProperties = z.infer<typeof UserProperties>

/** What one delta item says about a user. */
export type UserChange =
  | { readonly kind: 'changed'; readonly id: UserObjectId; readonly properties: UserProperties }
  /** In Entra's recycle bin: can still come back. */
  | { readonly kind: 'binned'; readonly id: UserObjectId }
  | { readonly kind: 'gone'; readonly id: UserObjectId }
  /** Cannot be taken over; told to the administrator, never dropped silently. */
  | { readonly kind: 'unreadable'; readonly id: string | undefined; readonly property: string }

/**
 * Reads one item of `/users/delta`. Unknown properties and annotations are ignored.
 *
 * @see Graph "Use delta query" › Resource representation in the delta query response
 */
export function toUserChange(item: DeltaItem): UserChange {
  const rawId = item['id']
  if (typeof rawId !== 'string' || !isGuid(rawId)) {
    return {
      kind: 'unreadable',
      id: typeof rawId === 'string' ? rawId.slice(0, 100) : undefined,
      property: 'id',
    }
  }
  const id = userObjectId(rawId)
  const reason = removalReason(item)
  if (reason) return { kind: reason === 'deleted' ? 'gone' : 'binned', id }
  const parsed = UserProperties.safeParse(item)
  if (parsed.success) return { kind: 'changed', id, properties: parsed.data }
  return { kind: 'unreadable', id, property: String(parsed.error.issues[0]?.path[0] ?? 'unknown') }
}

const Removed = z.object({ reason: z.string().optional() })

/** `changed` and `deleted` are documented; an unknown reason is taken as the one that loses less. */
export function removalReason(item: DeltaItem): 'changed' | 'deleted' | undefined {
  if (item['@removed'] === undefined) return undefined
  return Removed.safeParse(item['@removed']).data?.reason === 'deleted' ? 'deleted' : 'changed'
}
