/**
 * How often a managed device comes by itself: every three minutes at first, then less, then every hour for
 * ever. Each device is told it when it enrols.
 *
 * @see windows-mdm.md 8.2
 */
export const POLL_SCHEDULE = {
  first: { times: 10, minutes: 3 },
  second: { times: 16, minutes: 15 },
  afterwardsMinutes: 60,
} as const
