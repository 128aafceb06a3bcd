import { z } from 'zod'
import { Role } from './permissions.ts'
import { Guid, Instant } from './values.ts'

const GroupName = z.object({ id: z.string(), name: z.string() })

/** A role, and who or what it was given to. Members of a group hold it as long as they are in it. */
export const RoleAssignment = z.object({
  id: z.string(),
  role: Role,
  holder: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      id: z.string(),
      entraId: Guid,
      name: z.string(),
      userPrincipalName: z.string(),
      state: z.enum(['active', 'disabled', 'removed']),
    }),
    z.object({
      kind: z.literal('group'),
      id: z.string(),
      entraId: Guid,
      name: z.string(),
      state: z.enum(['active', 'removed']),
      /** People who hold the role by it now, through nested groups as well. */
      people: z.number().int(),
    }),
  ]),
  /** Whether guests may hold it. Off unless said otherwise. */
  includesGuests: z.boolean(),
  createdAt: Instant,
  createdBy: z.string(),
})
export type RoleAssignment = z.infer<typeof RoleAssignment>

export const NewRoleAssignment = z.strictObject({
  role: Role,
  holder: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('user'), id: z.string().min(1).max(80) }),
    z.strictObject({ kind: z.literal('group'), id: z.string().min(1).max(80) }),
  ]),
  includesGuests: z.boolean().default(false),
})
export const RoleAssignmentFilter = z.object({ role: Role.optional() })

/** What a role may do, and how many hold it. */
export const RoleInfo = z.object({
  role: Role,
  permissions: z.array(z.string()),
  administrators: z.number().int(),
  people: z.number().int(),
  tokens: z.number().int(),
})
export type RoleInfo = z.infer<typeof RoleInfo>

/** Which roles a person holds, and why. */
export const UserRoles = z.object({
  roles: z.array(
    z.object({
      role: Role,
      /** Each reason: given to the person, or to a group, `through` others that lie between. */
      reasons: z.array(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('person') }),
          z.object({
            kind: z.literal('group'),
            group: GroupName,
            through: z.array(GroupName),
          }),
        ]),
      ),
    }),
  ),
  permissions: z.array(z.string()),
})
export type UserRoles = z.infer<typeof UserRoles>
