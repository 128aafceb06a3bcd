import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { type GroupObjectId, groupObjectId, isGuid, type ObjectId, objectId } from '../entra/ids.ts'
import { removalReason } from './user-change.ts'

/** Asked of Graph. With `$select`, members come only when they are named. */
export const GROUP_SELECT = [
  'id',
  'displayName',
  'description',
  'mail',
  'mailNickname',
  'mailEnabled',
  'securityEnabled',
  'groupTypes',
  'visibility',
  'membershipRule',
  'onPremisesSyncEnabled',
  'members',
] as const

const Text = z.string().max(4000).nullable()

const GroupProperties = z
  .object({
    displayName: Text,
    description: Text,
    mail: Text,
    mailNickname: Text,
    mailEnabled: z.boolean().nullable(),
    securityEnabled: z.boolean().nullable(),
    groupTypes: z.array(z.string()).nullable(),
    visibility: Text,
    membershipRule: Text,
    onPremisesSyncEnabled: z.boolean().nullable(),
  })
  .partial()
export type GroupProperties = z.infer<typeof GroupProperties>

export type MemberKind = 'user' | 'group' | 'device' | 'other'
export type MemberChange = {
  readonly id: ObjectId
  readonly memberKind: MemberKind
  readonly change: 'added' | 'removed'
}

/** What one delta item says about a group. A large group comes in many items, a slice of members each. */
export type GroupChange =
  | {
      readonly kind: 'changed'
      readonly id: GroupObjectId
      readonly properties: GroupProperties
      readonly members: readonly MemberChange[]
      /** Members that could not be read. */
      readonly unreadableMembers: number
    }
  | { readonly kind: 'binned'; readonly id: GroupObjectId }
  | { readonly kind: 'gone'; readonly id: GroupObjectId }
  | { readonly kind: 'unreadable'; readonly id: string | undefined; readonly property: string }

/** Reads one item of `/groups/delta`. @see Graph "Get incremental changes for groups" */
export function toGroupChange(item: DeltaItem): GroupChange {
  const rawId = item['id']
  if (typeof rawId !== 'string' || !isGuid(rawId)) {
    return {
      kind: 'unreadable',
      id: typeof rawId === 'string' ? rawId.slice(0, 100) : undefined,
      property: 'id',
    }
  }
  const id = groupObjectId(rawId)
  const reason = removalReason(item)
  if (reason) return { kind: reason === 'deleted' ? 'gone' : 'binned', id }
  const parsed = GroupProperties.safeParse(item)
  if (!parsed.success) {
    return {
      kind: 'unreadable',
      id,
      property: String(parsed.error.issues[0]?.path[0] ?? 'unknown'),
    }
  }
  const raw = item['members@delta'] ?? []
  if (!Array.isArray(raw)) return { kind: 'unreadable', id, property: 'members@delta' }
  const members = raw.map(toMemberChange)
  const readable = members.filter((member) => member !== undefined)
  const unreadableMembers = members.length - readable.length
  return { kind: 'changed', id, properties: parsed.data, members: readable, unreadableMembers }
}

const KINDS: Readonly<Record<string, MemberKind>> = {
  '#microsoft.graph.user': 'user',
  '#microsoft.graph.group': 'group',
  '#microsoft.graph.device': 'device',
}

/** Of a member only its type and id come; `@removed` says that it is no longer one, whatever the reason. */
function toMemberChange(raw: unknown): MemberChange | undefined {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return undefined
  if (typeof raw.id !== 'string' || !isGuid(raw.id)) return undefined
  const type = '@odata.type' in raw ? String(raw['@odata.type']) : ''
  return {
    id: objectId(raw.id),
    memberKind: KINDS[type] ?? 'other',
    change: '@removed' in raw ? 'removed' : 'added',
  }
}
