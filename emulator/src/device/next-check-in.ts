import { valueAt } from './csp/carry-out.ts'
import type { Machine } from './csp/machine.ts'
import { providerPath } from './session/post-syncml.ts'

/** Minutes and counts of a poll schedule. An interval of 0 switches a set off. */
export type PollSchedule = readonly { readonly minutes: number; readonly count: number }[]

const sets = [
  ['IntervalForFirstSetOfRetries', 'NumberOfFirstRetries'],
  ['IntervalForSecondSetOfRetries', 'NumberOfSecondRetries'],
  ['IntervalForRemainingScheduledRetries', 'NumberOfRemainingScheduledRetries'],
] as const

/** The schedule the enrolment or the server wrote. */
export function readSchedule(machine: Machine): PollSchedule {
  const { enrolment } = machine
  if (!enrolment) return []
  const read = (name: string) =>
    Number(valueAt(machine, `${providerPath(enrolment)}/Poll/${name}`) ?? 0)
  return sets.map(([interval, count]) => ({ minutes: read(interval), count: read(count) }))
}

/**
 * Minutes until the schedule starts the next session; undefined: never again.
 *
 * @param done sessions it has started so far
 * @see Windows "DMClient CSP" › Poll: a count of 0 with an interval means for ever
 */
export function nextInterval(schedule: PollSchedule, done: number): number | undefined {
  let before = 0
  for (const { minutes, count } of schedule) {
    if (minutes === 0) continue
    if (count === 0 || done < before + count) return minutes
    before += count
  }
  return undefined
}
