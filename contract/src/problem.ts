import { z } from 'zod'
import { Instant } from './values.ts'

/**
 * Every error answer of the API (RFC 9457).
 *
 * `code` is stable and meant for programs. `detail` and `remedy` are written for people, in the
 * language the request asked for (`Accept-Language`: English or German).
 */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string(),
  traceId: z.string(),
  /** Id of what to look at instead, where there is one: of a run that was replaced, the newer one. */
  instead: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

/** What went wrong in something that ran in the background, told like a `Problem`. */
export const Trouble = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  remedy: z.string(),
  /** Microsoft's own code, e.g. `AADSTS7000215` or `Authorization_RequestDenied`. */
  microsoftCode: z.string().optional(),
  microsoftTraceId: z.string().optional(),
  at: Instant,
})
export type Trouble = z.infer<typeof Trouble>
