import { z } from 'zod'
import { CheckState } from './connection.ts'
import { EnrolmentAttempt } from './enrolment.ts'
import { Instant } from './values.ts'

export const DoctorQuestion = z.object({
  /** A code, a client-request-id, or the whole message in which they are. */
  text: z.string().trim().min(1).max(2000),
})
export type DoctorQuestion = z.infer<typeof DoctorQuestion>

/** Where Windows was when it gave up. */
export const DoctorStage = z.enum([
  'network',
  'join',
  'terms',
  'signIn',
  'discovery',
  'policy',
  'enrolment',
  'install',
  'renewal',
  'device',
  'web',
])
export type DoctorStage = z.infer<typeof DoctorStage>

/** One code, explained. */
export const DoctorFinding = z.object({
  /** As it is commonly written: `0x80180014`, `CAA30194`, `AADSTS53003`, `HTTP 404`. */
  code: z.string(),
  /** Microsoft's name of it, where there is one. */
  name: z.string().nullable(),
  title: z.string(),
  stage: DoctorStage,
  /** What was going on. */
  story: z.string(),
  cause: z.string(),
  remedy: z.string(),
  /** What the person in front of the device reads. */
  shown: z.string().nullable(),
  /** Where this server answers so: each of its reasons. */
  reasons: z.array(z.object({ code: z.string(), cause: z.string(), remedy: z.string() })),
  /** Microsoft's own page about it. */
  link: z.string().nullable(),
})
export type DoctorFinding = z.infer<typeof DoctorFinding>

export const Diagnosis = z.object({
  findings: z.array(DoctorFinding),
  /** What was looked for among the attempts. */
  ids: z.array(z.string()),
  /** Attempts of this organization that fit, newest first; at most ten. */
  attempts: z.array(EnrolmentAttempt),
})
export type Diagnosis = z.infer<typeof Diagnosis>

/** One thing looked at from outside, as Windows would. */
export const OutsideCheck = z.object({
  id: z.string(),
  state: CheckState,
  title: z.string(),
  detail: z.string(),
  remedy: z.string().optional(),
  code: z.string(),
})
export type OutsideCheck = z.infer<typeof OutsideCheck>

export const OutsideTest = z.object({
  state: z.enum(['ok', 'warning', 'failed']),
  testedAt: Instant,
  testedBy: z.string(),
  checks: z.array(OutsideCheck),
})
export type OutsideTest = z.infer<typeof OutsideTest>

/** What the last test found; null before the first. */
export const LastOutsideTest = z.object({ last: OutsideTest.nullable() })
