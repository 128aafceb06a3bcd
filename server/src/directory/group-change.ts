import { z } from 'zod'
import type { DeltaItem } from '../entra/graph/delta-page.ts'
import { findObjectId, type GroupObjectId, groupObjectId, type ObjectId } from '../entra/ids.ts'
import { type Removed, readDeltaObject, type Unreadable } from './delta-object.ts'

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
  | Removed<GroupObjectId>
  /** Its members are taken over all the same: no later answer would tell them again. */
  | (Unreadable & { readonly members: readonly MemberChange[] })

/** Reads one item of `/groups/delta`. @see Graph "Get incremental changes for groups" */
export function toGroupChange(item: DeltaItem): GroupChange {
  const read = readDeltaObject(item, { id: groupObjectId, properties: GroupProperties })
  if (read.kind === 'binned' || read.kind === 'gone') return read
  const raw = item['members@delta'] ?? []
  const members = Array.isArray(raw) ? raw.map(toMemberChange) : []
  const readable = members.filter((member) => member !== undefined)
  if (read.kind === 'unreadable') return { ...read, members: readable }
  const { id, properties } = read
  if (!Array.isArray(raw)) return { kind: 'unreadable', id, property: 'members@delta', members: [] }
  const unreadableMembers = members.length - readable.length
  return { kind: 'changed', id, properties, members: readable, unreadableMembers }
}

const KINDS: Readonly<Record<string, MemberKind>> = {
  '#microsoft.graph.user': 'user',
  '#microsoft.graph.group': 'group',
  '#microsoft.graph.device': 'device',
}

/** What sort of member it is, by its OData type. */
export const memberKind = (type: string | undefined): MemberKind => KINDS[type ?? ''] ?? 'other'

/** Of a member only its type and id come; `@removed` says that it is no longer one, whatever the reason. */
function toMemberChange(raw: unknown): MemberChange | undefined {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return undefined
  const id = typeof raw.id === 'string' ? findObjectId(raw.id) : undefined
  if (!id) return undefined
  const type = '@odata.type' in raw ? String(raw['@odata.type']) : ''
  return {
    id,
    memberKind: memberKind(type),
    change: '@removed' in raw ? 'removed' : 'added',
  }
}
