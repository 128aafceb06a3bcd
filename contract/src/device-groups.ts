import { z } from 'zod'
import { DeviceFilter } from './devices.ts'
import { Instant } from './values.ts'

/** Devices that can be added or taken out at once. */
export const MOST_MEMBERS_AT_ONCE = 1000

const Name = z.string().trim().min(1).max(100)
const Description = z.string().trim().max(500)
/** Groups are not made of groups. */
export const GroupFilter = DeviceFilter.omit({ group: true })
export type GroupFilter = z.infer<typeof GroupFilter>

export const NewDeviceGroup = z.object({
  name: Name,
  description: Description.optional(),
  /** Whatever this finds at the moment; left out: its members are chosen one by one. */
  filter: GroupFilter.optional(),
})
export type NewDeviceGroup = z.infer<typeof NewDeviceGroup>

export const DeviceGroupChange = z
  .object({
    name: Name.optional(),
    description: Description.nullable().optional(),
    /** Of a group that has one; a group with chosen members stays one. */
    filter: GroupFilter.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { message: 'Change something.' })
export type DeviceGroupChange = z.infer<typeof DeviceGroupChange>

export const DeviceGroup = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  /** Null: its members are chosen one by one. */
  filter: GroupFilter.nullable(),
  /** How many devices are in it now; of a group with a filter only its own page counts them. */
  deviceCount: z.number().int().nullable(),
  createdAt: Instant,
  createdBy: z.string(),
  changedAt: Instant,
})
export type DeviceGroup = z.infer<typeof DeviceGroup>

export const GroupMembers = z.object({
  devices: z.array(z.string().min(1).max(80)).min(1).max(MOST_MEMBERS_AT_ONCE),
})

/** @see NewDeviceGroup */
export const GroupMembersChanged = z.object({
  /** How many were not in it before, or were. */
  changed: z.number().int(),
  deviceCount: z.number().int(),
})
