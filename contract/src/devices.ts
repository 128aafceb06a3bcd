import { z } from 'zod'
import { Guid, Instant } from './values.ts'

export const DeviceOwnership = z.enum(['corporate', 'personal'])
export type DeviceOwnership = z.infer<typeof DeviceOwnership>
export const DeviceState = z.enum(['enrolled', 'unenrolled', 'wiped'])
export type DeviceState = z.infer<typeof DeviceState>

/** A device that is, or was, managed here. */
export const Device = z.object({
  id: z.string(),
  name: z.string(),
  /** The Entra device; absent for devices that do not know Entra. */
  entraDeviceId: Guid.nullable(),
  ownership: DeviceOwnership,
  state: DeviceState,
  user: z
    .object({
      /** Of the person in the directory; absent once the directory let go of them. */
      id: z.string().nullable(),
      entraId: Guid.nullable(),
      name: z.string(),
    })
    .nullable(),
  operatingSystem: z.string(),
  /** `10.0.26100.4349`. */
  build: z.string().nullable(),
  edition: z.string().nullable(),
  serialNumber: z.string().nullable(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  /** The group of the enrolment token that it came with. */
  group: z.string().nullable(),
  enrolledAt: Instant,
  lastSeenAt: Instant.nullable(),
  /** Since when it counts as lost. */
  lostAt: Instant.nullable(),
})
export type Device = z.infer<typeof Device>

/** One device, with what only its own page shows. */
export const DeviceDetail = Device.extend({
  /** As Windows calls it in its sessions. */
  mdmDeviceId: z.string(),
  /** Clones of one image share it. */
  hardwareId: z.string().nullable(),
  /** Whether Windows enrolled the machine or a person on it. */
  scope: z.enum(['device', 'user']),
  locale: z.string().nullable(),
  firstEnrolledAt: Instant,
  /** How often it enrolled under this id. */
  enrolments: z.number().int(),
  /** What was said when it was reported lost, and by whom. */
  loss: z.object({ reason: z.string(), by: z.string() }).nullable(),
  /** What Windows said of itself when it enrolled, by its own names. */
  context: z.record(z.string(), z.array(z.string())),
})
export type DeviceDetail = z.infer<typeof DeviceDetail>

export const DeviceFilter = z.object({
  search: z.string().trim().min(1).max(200).optional(),
  state: DeviceState.optional(),
  entraDeviceId: Guid.optional(),
  /** The directory's id of a person, or the one in Entra. */
  user: z.string().min(1).max(80).optional(),
})
export type DeviceFilter = z.infer<typeof DeviceFilter>
