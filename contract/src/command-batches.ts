import { z } from 'zod'
import { DeviceFilter } from './devices.ts'
import { AskedOf, DeviceCommand, NewCommand } from './management.ts'
import { Instant } from './values.ts'
import { WipeKind } from './wipes.ts'

/** Devices that can be named one by one. */
export const MOST_DEVICES_NAMED = 1000
/** Devices that one request can mean, by a group or a filter. */
export const MOST_DEVICES_AT_ONCE = 100_000
/** Of what disturbs people or cannot be undone: above this, how many they are is typed. */
export const COUNTED_ABOVE = 10

const Id = z.string().min(1).max(80)

/** How far a command is, as people see it: `uncertain` was sent, and nobody knows whether it was done. */
export const CommandOutcome = z.enum([
  'waiting',
  'sent',
  'succeeded',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
])
export type CommandOutcome = z.infer<typeof CommandOutcome>

/** What did not come about, and can be asked for once more. */
export const RetriableOutcome = CommandOutcome.extract(['failed', 'uncertain', 'expired'])
export type RetriableOutcome = z.infer<typeof RetriableOutcome>

/** Which devices are meant, looked up when the request comes. */
export const CommandTarget = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('devices'),
    devices: z.array(Id).min(1).max(MOST_DEVICES_NAMED),
  }),
  z.object({ kind: z.literal('group'), group: Id }),
  z.object({ kind: z.literal('filter'), filter: DeviceFilter }),
  /** Those of an earlier request with which it ended so. */
  z.object({
    kind: z.literal('outcome'),
    batch: Id,
    outcomes: z.array(RetriableOutcome).min(1).max(3),
  }),
])
export type CommandTarget = z.infer<typeof CommandTarget>

/**
 * What many devices can be told. A name is one device's own, and what takes devices away goes through its
 * guard (`createWipe`): both are understood, and refused with a word on where to go.
 */
export const ManyCommand = z.discriminatedUnion('kind', [
  ...NewCommand.options,
  z.object({ kind: WipeKind }),
  /** The same once more; the target is an `outcome`. */
  z.object({ kind: z.literal('again') }),
])
export type ManyCommand = z.infer<typeof ManyCommand>

export const CommandBatchPreviewQuery = z.object({ command: ManyCommand, target: CommandTarget })

export const NewCommandBatch = CommandBatchPreviewQuery.extend({
  /** Made by whoever asks, e.g. a GUID. The same request with the same key is carried out once. */
  key: z
    .string()
    .regex(/^[\w.:-]{8,80}$/, 'Use 8 to 80 letters, digits, dots, colons and hyphens.'),
  /** How many devices will be told, typed by whoever asks; see `countTyped` of the preview. */
  confirmation: z.number().int().min(0).optional(),
})
export type NewCommandBatch = z.infer<typeof NewCommandBatch>

/** Why a device is not told: it left · the same waits for it already · its Windows is too old. */
export const LeftOutReason = z.enum(['notEnrolled', 'waitsAlready', 'buildTooOld'])
export type LeftOutReason = z.infer<typeof LeftOutReason>
/** It is told, but may not come in time: it never came · it was not seen for long. */
export const DoubtReason = z.enum(['neverSeen', 'awayLong'])
export type DoubtReason = z.infer<typeof DoubtReason>

const some = <Reason extends z.ZodType>(reason: Reason) =>
  z.object({
    reason,
    count: z.number().int(),
    /** A few of them, by name. */
    examples: z.array(z.object({ id: z.string(), name: z.string() })),
  })

export const CommandBatchPreview = z.object({
  /** How many the target means, and how many of them will be told. */
  matched: z.number().int(),
  told: z.number().int(),
  leftOut: z.array(some(LeftOutReason)),
  doubtful: z.array(some(DoubtReason)),
  /** Whether `told` has to be typed as the confirmation. */
  countTyped: z.boolean(),
})
export type CommandBatchPreview = z.infer<typeof CommandBatchPreview>

export const CommandBatch = z.object({
  id: z.string(),
  kind: z.string(),
  asked: AskedOf,
  /** Whom it was for, as it was asked; devices that were named are only counted. */
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('devices') }),
    z.object({ kind: z.literal('group'), group: z.string(), name: z.string() }),
    z.object({ kind: z.literal('filter'), filter: DeviceFilter }),
    z.object({
      kind: z.literal('outcome'),
      batch: z.string(),
      outcomes: z.array(RetriableOutcome),
    }),
  ]),
  matched: z.number().int(),
  deviceCount: z.number().int(),
  leftOut: z.array(z.object({ reason: LeftOutReason, count: z.number().int() })),
  /** How many devices are how far. */
  progress: z.record(CommandOutcome, z.number().int()),
  createdAt: Instant,
  createdBy: z.string(),
  cancelled: z.object({ name: z.string(), at: Instant }).nullable(),
})
export type CommandBatch = z.infer<typeof CommandBatch>

const NamedDevice = z.object({ id: z.string(), name: z.string() })

/** What was asked for: of one device, or of many at once. */
export const QueueItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('batch'), batch: CommandBatch }),
  z.object({ kind: z.literal('single'), device: NamedDevice, command: DeviceCommand }),
])
export type QueueItem = z.infer<typeof QueueItem>

export const BatchDevice = z.object({ device: NamedDevice, command: DeviceCommand })
export type BatchDevice = z.infer<typeof BatchDevice>
