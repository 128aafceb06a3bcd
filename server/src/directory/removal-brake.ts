import type { DirectorySettings } from '@mooring/contract/directory'

/** How many of how many would go. */
export type RemovalTally = { readonly removed: number; readonly present: number }

/** Whether so many may not go without somebody having looked: more than both limits allow. */
export function exceeds(
  { removed, present }: RemovalTally,
  { atLeast, percent }: DirectorySettings['brake'],
): boolean {
  return removed > Math.max(atLeast, Math.floor((present * percent) / 100))
}
