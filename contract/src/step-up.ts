import { z } from 'zod'
import { Instant } from './values.ts'

// Dangerous acts ask for a fresh sign-in that is bound to the very act: the call is refused with
// `stepUpNeeded`, a step-up is begun for exactly this call, proven, and the call made again with the
// header `x-step-up`. It is good once, for five minutes.

/** The call that will be made: the same method, path with query, and body, or the proof is void. */
export const StepUpAct = z.strictObject({
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  /** With `/api/v1` and the query. */
  path: z.string().startsWith('/api/v1/').max(4000),
  body: z.unknown().optional(),
})
export type StepUpAct = z.infer<typeof StepUpAct>

export const StepUp = z.object({
  id: z.string(),
  state: z.enum(['open', 'proven', 'used', 'expired']),
  /** What the act is, in a few words. */
  act: z.string(),
  /** How its owner may prove to be there. `provider`: a sign-in in a window of its own. */
  ways: z.array(z.enum(['password', 'passkey', 'provider'])),
  /** Whether the password needs a code of the authenticator app beside it. */
  needsCode: z.boolean(),
  expiresAt: Instant,
})
export type StepUp = z.infer<typeof StepUp>

export const StepUpPassword = z.strictObject({
  password: z.string().min(1).max(200),
  code: z.string().max(20).optional(),
})
