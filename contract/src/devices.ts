import { z } from 'zod'
import { Guid, Instant } from './values.ts'

export const DeviceOwnership = z.enum(['corporate', 'personal'])
export type DeviceOwnership = z.infer<typeof DeviceOwnership>
export const DeviceState = z.enum(['enrolled', 'unenrolled', 'wiped'])
export type DeviceState = z.infer<typeof DeviceState>

/** Whether something is so, as far as the device tells. */
export const Told = z.enum(['yes', 'no', 'unknown'])
export type Told = z.infer<typeof Told>

export const OperatingSystem = z.enum(['windows10', 'windows11'])
export type OperatingSystem = z.infer<typeof OperatingSystem>
/** The version of the security chip; `none`: the device says that it has none. */
export const Tpm = z.enum(['2.0', '1.2', 'none'])
export type Tpm = z.infer<typeof Tpm>

/** A device that is, or was, managed here. What it last told of itself is null where it has not. */
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
  /** Its system drive, by BitLocker. */
  encrypted: z.boolean().nullable(),
  secureBoot: z.boolean().nullable(),
  tpm: Tpm.nullable(),
  /** On for all networks. */
  firewall: z.boolean().nullable(),
  antivirus: z.boolean().nullable(),
  /** Whether Windows calls the antivirus' signatures up to date. */
  signatures: z.boolean().nullable(),
  /** Of Defender: `1.441.88.0`, and since when it is that, as far as we know. */
  signatureVersion: z.string().nullable(),
  signaturesSince: Instant.nullable(),
  freeStorageMb: z.number().int().nullable(),
  totalStorageMb: z.number().int().nullable(),
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

/** `26100`, `26100.4349` or the whole `10.0.26100.4349`. */
const Build = z
  .string()
  .trim()
  .regex(/^(?:\d{1,2}\.\d{1,2}\.)?\d{4,5}(?:\.\d{1,5})?$/, {
    message: 'Write a build as 26100, 26100.4349 or 10.0.26100.4349.',
  })
const Word = z.string().trim().min(1).max(200)
const Days = z.coerce.number().int().min(1).max(3650)

/** Which devices are meant; all that is asked for must be so. */
export const DeviceFilter = z.object({
  /** Words that begin words of the name, serial number, model, person or an id. */
  search: Word.optional(),
  state: DeviceState.optional(),
  ownership: DeviceOwnership.optional(),
  entraDeviceId: Guid.optional(),
  /** The directory's id of a person, or the one in Entra. */
  user: z.string().min(1).max(80).optional(),
  /** The id of a device group. */
  group: z.string().min(1).max(80).optional(),
  operatingSystem: OperatingSystem.optional(),
  /** Windows' number of the edition: 48 is Pro, 4 Enterprise. */
  edition: z.string().trim().min(1).max(20).optional(),
  /** Compared as numbers. `buildTo` takes its own updates in, unless it names one. */
  buildFrom: Build.optional(),
  buildTo: Build.optional(),
  manufacturer: Word.optional(),
  model: Word.optional(),
  /** The system drive, by BitLocker. */
  encrypted: Told.optional(),
  secureBoot: Told.optional(),
  tpm: z.enum([...Tpm.options, 'unknown']).optional(),
  firewall: Told.optional(),
  /** Whether an antivirus is on: Defender, or what stands in for it. */
  antivirus: Told.optional(),
  /** Whether Windows calls the signatures up to date. */
  signatures: Told.optional(),
  /** Defender's signatures have been the same for as long, as far as we know. */
  signaturesOlderThanDays: Days.optional(),
  freeStorageBelowGb: z.coerce.number().int().min(1).max(100_000).optional(),
  /** Also devices that never came; they count from their enrolment on. */
  seenBefore: Instant.optional(),
  notSeenForDays: Days.optional(),
  enrolledAfter: Instant.optional(),
})
export type DeviceFilter = z.infer<typeof DeviceFilter>
