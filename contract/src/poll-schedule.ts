import { z } from 'zod'

/** So many sessions, so many minutes apart. */
const Round = (mostTimes: number, mostMinutes: number) =>
  z.strictObject({
    times: z.number().int().min(1).max(mostTimes),
    minutes: z.number().int().min(1).max(mostMinutes),
  })

/**
 * How often a managed device comes by itself: a first round of sessions after it has enrolled, a second one,
 * and then at the same interval for ever. It never comes less often as time passes than it is to.
 *
 * @see Windows "DMClient CSP" › Poll; windows-mdm.md 8.2
 */
export const PollSchedule = z
  .strictObject({
    first: Round(30, 60),
    second: Round(100, 240),
    /** From a quarter of an hour to a day: a device that is lost for longer cannot be told from one that is off. */
    afterwardsMinutes: z
      .number()
      .int()
      .min(15)
      .max(24 * 60),
    /** And whenever somebody signs in. */
    onSignIn: z.boolean(),
  })
  .refine(({ first, second }) => first.minutes <= second.minutes, {
    path: ['second', 'minutes'],
    message: 'notOftener',
  })
  .refine(({ second, afterwardsMinutes }) => second.minutes <= afterwardsMinutes, {
    path: ['afterwardsMinutes'],
    message: 'notOftener',
  })
export type PollSchedule = z.infer<typeof PollSchedule>

/** Every three minutes at first, then less, then every hour: where an organization has not said otherwise. */
export const POLL_SCHEDULE: PollSchedule = {
  first: { times: 10, minutes: 3 },
  second: { times: 16, minutes: 15 },
  afterwardsMinutes: 60,
  onSignIn: true,
}
