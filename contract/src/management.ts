import { z } from 'zod'
import { Instant } from './values.ts'

/** A node of a device, as the experts' command names it: `./Device/Vendor/MSFT/…`. */
const NodeUri = z
  .string()
  .trim()
  .min(3)
  .max(1000)
  .regex(/^\.\/(?:Device|User|Vendor|DevInfo|DevDetail|SyncML|cimv2)\b[^\s]*$/, {
    message: 'Begin with ./Device/ or ./User/, and write blanks as %20.',
  })

export const NodeOperation = z.object({
  verb: z.enum(['Get', 'Replace', 'Add', 'Delete', 'Exec']),
  uri: NodeUri,
  format: z.enum(['chr', 'int', 'bool', 'b64', 'xml', 'node', 'null', 'float']).optional(),
  data: z.string().max(200_000).optional(),
})
export type NodeOperation = z.infer<typeof NodeOperation>

const kind = <const Kind extends string>(name: Kind) => z.object({ kind: z.literal(name) })

/** What a device can be told. */
export const NewCommand = z.discriminatedUnion('kind', [
  /** Read everything anew. */
  kind('sync'),
  kind('reboot'),
  kind('rename').extend({
    /** NetBIOS: 1 to 15 letters, digits and hyphens, not digits alone. */
    name: z
      .string()
      .trim()
      .regex(/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9-]{0,13}[A-Za-z0-9]$|^[A-Za-z]$/, {
        message: 'Use 1 to 15 letters, digits and hyphens, not digits alone.',
      }),
  }),
  kind('lock'),
  kind('defenderScan').extend({ full: z.boolean().default(false) }),
  kind('updateSignatures'),
  kind('rotateBitLockerKey'),
  kind('resetLapsPassword'),
  kind('renewCertificate'),
  kind('syncml').extend({
    operations: z.array(NodeOperation).min(1).max(50),
    /** All or nothing; no `Get` then. */
    atomic: z.boolean().default(false),
  }),
])
export type NewCommand = z.infer<typeof NewCommand>

export const CommandState = z.enum([
  'held',
  'queued',
  'sent',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
])
export type CommandState = z.infer<typeof CommandState>

/**
 * What was asked, for people to read: the parts that the kind has. Of an operation's data only what is short
 * and plain; anything that may hide a password is left out, and how long it was is said.
 */
export const AskedOf = z.object({
  /** The new name. */
  name: z.string().optional(),
  /** Whether a scan is a full one. */
  full: z.boolean().optional(),
  /** All or nothing. */
  atomic: z.boolean().optional(),
  operations: z
    .array(
      z.object({
        verb: z.string(),
        uri: z.string(),
        format: z.string().optional(),
        data: z.string().optional(),
        /** Characters that are not shown. */
        withheld: z.number().int().optional(),
      }),
    )
    .optional(),
})
export type AskedOf = z.infer<typeof AskedOf>

export const DeviceCommand = z.object({
  id: z.string(),
  kind: z.string(),
  asked: AskedOf,
  /** Of the request to many devices that it belongs to. */
  batch: z.string().nullable(),
  /** Whether it can be asked for once more: it failed, expired, or nobody knows. What takes devices away cannot. */
  retriable: z.boolean(),
  state: CommandState,
  /** Sent, and the session broke off: nobody knows whether it was done. It is not sent again by itself. */
  uncertain: z.boolean(),
  createdAt: Instant,
  createdBy: z.string(),
  sentAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  expiresAt: Instant,
  /** What the device answered, node by node; absent before it did. */
  result: z
    .object({
      /** In the reader's language. */
      text: z.string(),
      answers: z.array(
        z.object({
          verb: z.string(),
          uri: z.string(),
          /** OMA-DM's: 200 is done, 202 accepted. */
          code: z.number().int(),
          /** Windows' own error: `0x80070032`. */
          originalError: z.string().optional(),
          data: z.string().optional(),
        }),
      ),
    })
    .nullable(),
})
export type DeviceCommand = z.infer<typeof DeviceCommand>

/** One thing a device says of itself. */
export const DeviceFact = z.object({
  uri: z.string(),
  /** Absent: the device has no such node, or nothing in it. */
  value: z.string().nullable(),
  code: z.number().int(),
  /** Since when it is so. */
  since: Instant,
})
export const DeviceFacts = z.object({ items: z.array(DeviceFact) })

export const DeviceFactChange = z.object({
  number: z.number().int(),
  at: Instant,
  uri: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
