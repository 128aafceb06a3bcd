import { z } from 'zod'
import { CommandState } from './management.ts'
import { Instant } from './values.ts'

// What people see of the devices that are their own, and may do with them. Nobody else's, and nothing that
// is for administrators.

/** What somebody can do with a device of their own. Wiping is never among it. */
export const OwnAct = z.enum(['sync', 'restart', 'lock'])
export type OwnAct = z.infer<typeof OwnAct>

/**
 * How a device is doing. `new`: enrolled, and not heard of yet · `quiet`: not heard of for a week ·
 * `lost`: reported lost · `gone`: no longer managed, which only one that is lost still shows.
 */
export const OwnStanding = z.enum(['well', 'new', 'quiet', 'lost', 'gone'])
export type OwnStanding = z.infer<typeof OwnStanding>

/** Something that the device was asked. Of what administrators asked only what it is, and how it stands. */
export const OwnRequest = z.object({
  kind: z.enum(['sync', 'reboot', 'lock', 'rename', 'defenderScan', 'updateSignatures']),
  state: CommandState,
  /** Sent, and the connection broke off: nobody knows whether it was done. */
  uncertain: z.boolean(),
  /** Whether they asked for it themselves. */
  isOwn: z.boolean(),
  /** When they did; absent for what administrators asked. */
  at: Instant.nullable(),
})
export type OwnRequest = z.infer<typeof OwnRequest>

export const MyDevice = z.object({
  id: z.string(),
  name: z.string(),
  /** `Contoso Laptop 5`, as far as it is known. */
  model: z.string().nullable(),
  /** What is printed on it, or shown by it; for the person whose device it is. */
  serialNumber: z.string().nullable(),
  ownership: z.enum(['corporate', 'personal']),
  standing: OwnStanding,
  enrolledAt: Instant,
  lastSeenAt: Instant.nullable(),
  /** Since when it counts as lost, and what was said. */
  lost: z.object({ at: Instant, reason: z.string() }).nullable(),
  /** What may be done with it now. */
  acts: z.array(OwnAct),
  mayReportLost: z.boolean(),
  /** Whether reporting it lost locks it at once. */
  isLockedWhenLost: z.boolean(),
  /** The latest, newest first. */
  requests: z.array(OwnRequest),
})
export type MyDevice = z.infer<typeof MyDevice>
export const MyDevices = z.object({ items: z.array(MyDevice) })

export const NewOwnAct = z.strictObject({ act: OwnAct })
export const LossReport = z.strictObject({
  /** In their own words: where and when. */
  reason: z.string().trim().min(3).max(500),
})

/** What people of an organization may do with their own devices. */
export const SelfServiceSettings = z.strictObject({
  sync: z.boolean(),
  restart: z.boolean(),
  lock: z.boolean(),
  reportLost: z.boolean(),
  /** Whether a device that is reported lost is locked at once. */
  lockWhenLost: z.boolean(),
})
export type SelfServiceSettings = z.infer<typeof SelfServiceSettings>

/**
 * Without anybody's choice: what harms nobody. A restart can cost what is not saved, and is the
 * administrators' to allow; a lost device is locked, as whoever finds it is not its owner.
 */
export const SELF_SERVICE_DEFAULTS: SelfServiceSettings = {
  sync: true,
  restart: false,
  lock: true,
  reportLost: true,
  lockWhenLost: true,
}
