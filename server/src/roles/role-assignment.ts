import type { Role } from '@mooring/contract/permissions'

/** A role given to a person or a group, as it is kept. */
export type StoredAssignment = {
  readonly id: string
  readonly role: Role
  readonly userId: string | undefined
  readonly groupId: string | undefined
  readonly includesGuests: boolean
  readonly createdAt: Date
  readonly createdBy: string
}
