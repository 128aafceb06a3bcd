import { z } from 'zod'
import { CommandState } from './management.ts'
import { Instant } from './values.ts'

/**
 * What takes a device away from somebody. Each keeps less or more:
 * `wipe` nothing · `wipeProtected` nothing, and goes on after the power was cut · `wipeKeepProvisioning`
 * what sets the device up · `wipeKeepUserData` people's files · `wipeCloud` nothing, Windows anew from the
 * cloud · `autopilotReset` Entra join and management · `unenrol` everything but our management.
 */
export const WipeKind = z.enum([
  'wipe',
  'wipeProtected',
  'wipeKeepProvisioning',
  'wipeKeepUserData',
  'wipeCloud',
  'autopilotReset',
  'unenrol',
])
export type WipeKind = z.infer<typeof WipeKind>

export const MOST_WIPED_AT_ONCE = 500

export const NewWipe = z.object({
  kind: WipeKind,
  devices: z.array(z.string().min(1).max(80)).min(1).max(MOST_WIPED_AT_ONCE),
  reason: z.string().trim().min(5).max(500),
  /** For one device its name, for several how many they are: typed by whoever asks. */
  confirmation: z.string().trim().min(1).max(200),
})
export type NewWipe = z.infer<typeof NewWipe>

export const WipeState = z.enum(['awaitingApproval', 'held', 'released', 'cancelled', 'expired'])
export type WipeState = z.infer<typeof WipeState>

const Person = z.object({ name: z.string(), at: Instant })

export const Wipe = z.object({
  id: z.string(),
  kind: WipeKind,
  state: WipeState,
  deviceCount: z.number().int(),
  /** Over kind and devices; an approval names it, so that nobody approves another list than the one shown. */
  listHash: z.string(),
  reason: z.string(),
  /** `id`: `adm_…` or `usr_…`. Who asks cannot approve. */
  requested: Person.extend({ id: z.string() }),
  /** Why a second person has to approve; null: nobody has to. */
  beyond: z.enum(['personHour', 'day', 'newcomer']).nullable(),
  /** Before this, no device is told. */
  holdUntil: Instant,
  approveUntil: Instant.nullable(),
  approved: Person.nullable(),
  cancelled: Person.nullable(),
})
export type Wipe = z.infer<typeof Wipe>

export const WipeDetail = Wipe.extend({
  devices: z.array(z.object({ id: z.string(), name: z.string(), state: CommandState })),
})
export type WipeDetail = z.infer<typeof WipeDetail>

export const WipeApproval = z.object({ listHash: z.string().min(1).max(100) })

/** Nobody can be allowed more than this; less can be set. */
export const WIPE_LIMITS = { perPersonHour: 5, perDay: 20, holdMinutes: 10 } as const

export const WipeLimits = z.object({
  /** Devices one person may take away within an hour without anybody else. */
  perPersonHour: z.number().int().min(0).max(WIPE_LIMITS.perPersonHour),
  /** And all together within a day; of large organizations one device in a hundred, if that is more. */
  perDay: z.number().int().min(0).max(WIPE_LIMITS.perDay),
  /** How long several devices wait before the first is told, and can be taken back. */
  holdMinutes: z
    .number()
    .int()
    .min(WIPE_LIMITS.holdMinutes)
    .max(24 * 60),
})
export type WipeLimits = z.infer<typeof WipeLimits>

export const WipeGuard = z.object({
  limits: WipeLimits,
  /** Nothing is taken from any device until two people say so. */
  frozen: Person.nullable(),
  /** Who has said so first. */
  thawAsked: Person.nullable(),
})
export type WipeGuard = z.infer<typeof WipeGuard>
