import { z } from 'zod'
import { DeviceOwnership, DeviceState } from './devices.ts'
import { Guid, Instant } from './values.ts'

/** Who may enrol devices, and which. */
export const EnrolmentRules = z.strictObject({
  who: z.discriminatedUnion('kind', [
    /** Everybody who is synchronised. */
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({
      kind: z.literal('groups'),
      groups: z
        .array(z.strictObject({ entraId: Guid }))
        .min(1)
        .max(100),
    }),
    z.strictObject({ kind: z.literal('nobody') }),
  ]),
  /** Devices that one person may have enrolled at once; null: as many as they like. */
  devicesPerPerson: z.number().int().min(1).max(10_000).nullable(),
  /** `10.0.22631`: older builds are refused; null: any. */
  minimumBuild: z
    .string()
    .regex(/^\d{1,5}(?:\.\d{1,5}){1,3}$/)
    .nullable(),
  /** Windows' own numbers of editions, e.g. 48 for Pro; null: any. */
  editions: z.array(z.number().int().min(0).max(100_000)).min(1).max(100).nullable(),
  /** Devices of the organization (Entra join), and people's own (work account). */
  corporate: z.boolean(),
  personal: z.boolean(),
  /** People whom Entra knows and the synchronisation has not brought. */
  unknownUsers: z.enum(['refuse', 'create']),
  /** Devices that come without having asked for the terms: by group policy, from a hybrid join. */
  withoutTerms: z.boolean(),
})
export type EnrolmentRules = z.infer<typeof EnrolmentRules>

export const EnrolmentSettings = EnrolmentRules.extend({
  updatedAt: Instant.nullable(),
  updatedBy: z.string().nullable(),
})
export type EnrolmentSettings = z.infer<typeof EnrolmentSettings>

/** A device and the certificate by which it is known. */
export const Enrolment = z.object({
  device: z.object({ id: z.string(), name: z.string() }),
  state: DeviceState,
  ownership: DeviceOwnership,
  enrolledAt: Instant,
  lastSeenAt: Instant.nullable(),
  certificate: z
    .object({
      id: z.string(),
      serialNumber: z.string(),
      /** SHA-256 in hexadecimal. */
      fingerprint: z.string(),
      notBefore: Instant,
      notAfter: Instant,
      state: z.enum(['valid', 'expired', 'revoked']),
    })
    .nullable(),
})
export type Enrolment = z.infer<typeof Enrolment>

export const EnrolmentStepName = z.enum([
  'terms',
  'discovery',
  'signIn',
  'policies',
  'enrolment',
  'renewal',
])
export type EnrolmentStepName = z.infer<typeof EnrolmentStepName>

/** Why something was refused: for whoever mends it. */
const Reason = z.object({
  code: z.string(),
  /** What happened, and why. */
  cause: z.string(),
  /** What to do. */
  remedy: z.string(),
})

export const EnrolmentStep = z.object({
  step: EnrolmentStepName,
  at: Instant,
  outcome: z.enum(['succeeded', 'refused']),
  reason: Reason.nullable(),
  /** As the server's log has it, and the device's. */
  traceId: z.string(),
})
export type EnrolmentStep = z.infer<typeof EnrolmentStep>

/** One device's way into the management, or as far as it got. */
export const EnrolmentAttempt = z.object({
  id: z.string(),
  startedAt: Instant,
  updatedAt: Instant,
  /** Windows' own id; only where the device asked for the terms. */
  clientRequestId: z.string().nullable(),
  user: z.object({ entraId: Guid, name: z.string() }).nullable(),
  entraDeviceId: Guid.nullable(),
  device: z.object({ id: z.string().nullable(), name: z.string().nullable() }),
  outcome: z.enum(['underWay', 'enrolled', 'refused']),
  reason: Reason.nullable(),
  /** What Windows shows for it: `0x80180013`. */
  errorCode: z.string().nullable(),
  steps: z.array(EnrolmentStep),
  /** What was told and found on the way; never a token. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type EnrolmentAttempt = z.infer<typeof EnrolmentAttempt>

export const EnrolmentAttemptFilter = z.object({
  /** Windows' client-request-id, a trace id, part of a person's or a device's name. */
  search: z.string().trim().min(1).max(200).optional(),
  outcome: z.enum(['underWay', 'enrolled', 'refused']).optional(),
  /** The person's id in Entra. */
  user: Guid.optional(),
  device: z.string().min(1).max(80).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
})
export type EnrolmentAttemptFilter = z.infer<typeof EnrolmentAttemptFilter>

/** A token with which devices enrol that do not come through Entra. */
export const EnrolmentToken = z.object({
  id: z.string(),
  name: z.string(),
  ownership: DeviceOwnership,
  /** The person in the directory whose devices these are. */
  user: z.object({ entraId: Guid }).nullable(),
  /** What the devices that enrol with it are called together. */
  group: z.string().nullable(),
  mostUses: z.number().int(),
  uses: z.number().int(),
  state: z.enum(['valid', 'used', 'expired', 'revoked']),
  createdAt: Instant,
  createdBy: z.string(),
  expiresAt: Instant,
})
export type EnrolmentToken = z.infer<typeof EnrolmentToken>

export const NewEnrolmentToken = z.strictObject({
  name: z.string().trim().min(1).max(200),
  ownership: DeviceOwnership,
  user: z.strictObject({ entraId: Guid }).nullable().default(null),
  group: z.string().trim().min(1).max(100).nullable().default(null),
  mostUses: z.number().int().min(1).max(100_000).default(1),
  validHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 90)
    .default(24),
})
export type NewEnrolmentToken = z.infer<typeof NewEnrolmentToken>

/** Told once. */
export const MadeEnrolmentToken = EnrolmentToken.extend({
  token: z.string(),
  /** Opens Windows' settings and enrols; also what a QR code of it holds. */
  link: z.string(),
})
export type MadeEnrolmentToken = z.infer<typeof MadeEnrolmentToken>
