import type { DirectorySettings } from '@mooring/contract/directory'

/** How many of how many would go. */
export type RemovalTally = { readonly removed: number; readonly present: number }

type Limits = DirectorySettings['brake']

/** Whether so many may not go without somebody having looked: more than both limits allow. */
export function exceeds({ removed, present }: RemovalTally, limits: Limits): boolean {
  return removed > limitOf(present, limits)
}

/** Whether limits let more go than the ones before, in whatever organization. */
export function isLooser(limits: Limits, before: Limits): boolean {
  return limits.atLeast > before.atLeast || limits.percent > before.percent
}

/** How long removals are added up. */
export const BRAKE_DAY_MS = 24 * 60 * 60 * 1000
/** How often as much as one run may take, all runs of a day may take together. */
const DAY_FACTOR = 2

/**
 * The same for what all runs of a day would have taken together: whoever takes a few at a time, hour
 * after hour, comes to many as well.
 */
export function exceedsInDay({ removed, present }: RemovalTally, limits: Limits): boolean {
  return removed > DAY_FACTOR * limitOf(present, limits)
}

const limitOf = (present: number, { atLeast, percent }: Limits) =>
  Math.max(atLeast, Math.floor((present * percent) / 100))
