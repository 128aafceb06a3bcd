import { z } from 'zod'
import { PollSchedule } from './poll-schedule.ts'
import { PushOutcome, PushSettings } from './push.ts'
import { Instant } from './values.ts'

const Saved = z.object({ at: Instant, by: z.string() })

/** When devices come by themselves, whether they can be called, and how they may prove themselves. */
export const SessionSettings = z.object({
  poll: PollSchedule,
  /** Null: nobody has said anything, and it is as the product has it. */
  pollSaved: Saved.nullable(),
  /** Null: devices cannot be called. */
  push: PushSettings.nullable(),
  /** Since when a digest alone opens a session; null: it does not. */
  digest: Saved.nullable(),
})
export type SessionSettings = z.infer<typeof SessionSettings>

export const DigestFallback = z.strictObject({ allowed: z.boolean() })
export type DigestFallback = z.infer<typeof DigestFallback>

/** How a device can be reached. */
export const DeviceContact = z.object({
  poll: PollSchedule,
  /** `off`: the organization has no credentials · `waiting`: the device has not named a channel yet. */
  push: z.enum(['off', 'waiting', 'ready']),
  /** The last call; null: it was never called. */
  lastCall: z
    .object({ askedAt: Instant, calledAt: Instant.nullable(), outcome: PushOutcome.nullable() })
    .nullable(),
  /** Somebody waits for it, and it is called, or called again, at this time. */
  nextCallAt: Instant.nullable(),
})
export type DeviceContact = z.infer<typeof DeviceContact>
