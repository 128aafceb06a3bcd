import { z } from 'zod'
import { Instant } from './values.ts'

const check = <const Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind) })
const Days = z.number().int().min(1).max(365)

/** `26100` is a release of Windows, `26100.4349` one with its updates up to that one. */
const Build = z
  .string()
  .trim()
  .regex(/^\d{5}(?:\.\d{1,5})?$/, { message: 'Write a build as 26100 or 26100.4349.' })

/** What a rule asks of a device. @see windows-mdm.md 6.2 */
export const ComplianceCheck = z.discriminatedUnion('kind', [
  /** The system drive. */
  check('encrypted'),
  check('secureBoot'),
  /** Of version 2.0. */
  check('tpm'),
  check('firewall'),
  /** Whichever Windows' security centre knows of. */
  check('antivirus'),
  /** Its signatures count as current, and Defender's have changed within so many days. */
  check('signatures').extend({ days: Days.default(7) }),
  /** Nothing that Defender found waits to be dealt with. */
  check('threats'),
  check('build').extend({
    /** One for each release that is let in; of a release that none names, only those after the newest. */
    atLeast: z.array(Build).min(1).max(20),
    /** Nothing after it. */
    atMost: Build.optional(),
  }),
  /** The build has changed within so many days. */
  check('updates').extend({ days: Days.default(45) }),
  /** Windows asks for a password of its own, of at least so many characters. */
  check('password').extend({ length: z.number().int().min(4).max(16).default(6) }),
  check('seen').extend({ days: Days.default(14) }),
  check('application').extend({
    mustBe: z.enum(['present', 'absent']),
    /** Part of the name that it is installed by; capitals do not matter. */
    name: z.string().trim().min(2).max(200),
  }),
])
export type ComplianceCheck = z.infer<typeof ComplianceCheck>

export const Severity = z.enum(['low', 'medium', 'high'])
export type Severity = z.infer<typeof Severity>

export const ComplianceRule = z.object({
  id: z.string().min(1).max(80),
  check: ComplianceCheck,
  severity: Severity.default('medium'),
  /** How long a device may break it before it counts; 0: at once. */
  graceDays: z.number().int().min(0).max(365).default(7),
})
export type ComplianceRule = z.infer<typeof ComplianceRule>

/**
 * Whether a device does what is asked of it. `inGrace`: not yet, and that does not count yet · `unknown`: it
 * has not told · `notEvaluated`: nothing is asked of it.
 */
export const Verdict = z.enum(['compliant', 'inGrace', 'nonCompliant', 'unknown', 'notEvaluated'])
export type Verdict = z.infer<typeof Verdict>

/** What one rule finds in one device. */
export const Finding = z.object({
  rule: z.string(),
  state: z.enum(['met', 'inGrace', 'violated', 'unknown']),
  since: Instant,
  /** When it begins to count; only of `inGrace`. */
  until: Instant.optional(),
  /** What the device told, by node: absent where it told nothing. */
  evidence: z.array(z.object({ node: z.string(), value: z.string().optional() })),
})
export type Finding = z.infer<typeof Finding>

/** Everything that is asked of an organization's devices. */
export const ComplianceRules = z.object({
  rules: z
    .array(ComplianceRule)
    .max(50)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
      message: 'Give each rule an id of its own.',
    }),
})
export type ComplianceRules = z.infer<typeof ComplianceRules>

/**
 * Whether Entra is told. `reportOnly`: devices are judged, and Entra is told nothing · `on`: it is told of each
 * device · `off`: what it was told is taken back.
 */
export const ComplianceMode = z.enum(['off', 'reportOnly', 'on'])
export type ComplianceMode = z.infer<typeof ComplianceMode>

export const ComplianceSettings = z.object({
  mode: ComplianceMode,
  /** For the time being nothing is told. */
  paused: z.boolean(),
  /** Whether a device that has not told enough counts as compliant in Entra. */
  untoldCounts: z.boolean(),
})
export type ComplianceSettings = z.infer<typeof ComplianceSettings>

/** What Entra is told of a device. `unmanaged`: it is neither managed nor compliant. */
export const EntraMark = z.enum(['compliant', 'notCompliant', 'unmanaged'])
export type EntraMark = z.infer<typeof EntraMark>

export const DeviceVerdict = z.object({
  device: z.object({ id: z.string(), name: z.string() }),
  verdict: Verdict,
  since: Instant,
  /** The rules that it breaks, in grace or not. */
  broken: z.array(z.string()),
})
export type DeviceVerdict = z.infer<typeof DeviceVerdict>

export const VerdictFilter = z.object({ verdict: Verdict.optional() })

/** Why a device counts as it does, and what Entra knows of it. */
export const DeviceCompliance = z.object({
  verdict: Verdict,
  since: Instant,
  judgedAt: Instant,
  findings: z.array(
    Finding.extend({
      check: ComplianceCheck,
      severity: Severity,
      /** What is asked, in the reader's language. */
      title: z.string(),
      /** What its person can do about it; only where it is broken. */
      remedy: z.string().optional(),
    }),
  ),
  entra: z.object({
    wanted: EntraMark.nullable(),
    /** What Graph took; it is `confirmed` once Entra was seen to have it. */
    told: EntraMark.nullable(),
    toldAt: Instant.nullable(),
    confirmedAt: Instant.nullable(),
    nextAt: Instant.nullable(),
    /** How often somebody else has overwritten it since it last changed. */
    overwritten: z.number().int(),
    problem: z.object({ code: z.string(), title: z.string(), remedy: z.string() }).nullable(),
  }),
  /** Newest first. */
  history: z.array(z.object({ at: Instant, verdict: Verdict, broken: z.array(z.string()) })),
})
export type DeviceCompliance = z.infer<typeof DeviceCompliance>

export const ComplianceSummary = z.object({
  devices: z.record(Verdict, z.number().int()),
  /** How many devices break each rule, in grace or not. */
  rules: z.array(z.object({ rule: z.string(), devices: z.number().int() })),
})
