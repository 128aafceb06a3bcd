import { Cron } from 'croner'

/** Runs closer together than this would be asked for before the last one is through. */
export const SHORTEST_GAP_MINUTES = 5

/**
 * When a cron expression next comes after an instant, in local time: at the change to daylight saving
 * time a time that does not exist comes when the clock has jumped, one that is there twice comes once.
 *
 * @param expression one that `checkCron` has nothing against.
 */
export function nextCronAt(
  { expression, timeZone }: { readonly expression: string; readonly timeZone: string },
  after: Date,
): Date | undefined {
  return open(expression, timeZone).nextRun(after) ?? undefined
}

/** What is wrong with a cron expression, as the key of its text; nothing when it can be used. */
export function checkCron(
  expression: string,
  now: Date,
): 'cronInvalid' | 'cronNever' | 'cronTooOften' | undefined {
  // The library also takes an instant and words such as @daily.
  if (expression.trim().split(/\s+/).length !== 5) return 'cronInvalid'
  let runs: readonly Date[]
  try {
    // In UTC: no gap is made or lost by a change of the clock.
    runs = open(expression, 'UTC').nextRuns(LOOK_AHEAD, now)
  } catch {
    return 'cronInvalid'
  }
  if (runs.length === 0) return 'cronNever'
  const isTooOften = runs.some((run, index) => {
    const before = runs[index - 1]
    return before && run.getTime() - before.getTime() < SHORTEST_GAP_MINUTES * 60_000
  })
  return isTooOften ? 'cronTooOften' : undefined
}

/** Whether a name is one of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** At twelve an hour a whole day is 288: a gap that is too short shows within them. */
const LOOK_AHEAD = 300

/** @throws {TypeError} when it has not five fields or cannot be read. */
function open(expression: string, timeZone: string): Cron {
  return new Cron(expression, { timezone: timeZone, mode: '5-part', paused: true })
}
