/** Graph's share of the limit from which background work makes room, and where it stands still a while. */
const BUSY = 0.8
const FULL = 1
const LONGEST_MS = 2000

/**
 * How long background work pauses before its next request, so that throttling need not come at all.
 *
 * @param share the header `x-ms-throttle-limit-percentage` of the last answer: absent below 0.8, up to 1.8.
 * @see Graph "Microsoft Graph throttling guidance" › Best practices
 */
export function pauseForOthersMs(share: string | undefined): number {
  const used = Number(share ?? Number.NaN)
  if (!(used >= BUSY)) return 0
  return Math.round(Math.min(1, (used - BUSY) / (FULL - BUSY) + 0.1) * LONGEST_MS)
}
