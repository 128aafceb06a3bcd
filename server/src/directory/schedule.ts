import type { Schedule } from '@mooring/contract/directory'
import { nextCronAt } from './cron.ts'
import type { SyncMode } from './sync-run.ts'

/** What a schedule is reckoned from. */
export type ScheduleFacts = {
  /** Since when there is a connection. */
  readonly connectedAt: Date
  /** When somebody last changed the settings. */
  readonly settingsChangedAt: Date | undefined
  /** The last run of any kind that changed or could have changed something. */
  readonly lastRun:
    | {
        readonly requestedAt: Date
        readonly isUnderWay: boolean
        /** It failed for a reason that does not pass by itself: a secret, a consent, an id. */
        readonly needsMending: boolean
      }
    | undefined
  /** When everything was last read, of the kind for which that is longest ago. */
  readonly lastFullReadAt: Date | undefined
  /** Whether something has been read to its end before. */
  readonly hasBeenRead: boolean
}

const MINUTE_MS = 60_000
/** Entra asks not to be tried faster while a credential is wrong. @see Entra error codes */
const MENDING_WAIT_MS = 15 * MINUTE_MS
/** Guards against what changes are documented not to tell. @see Graph "Use delta query" */
const FULL_READ_EVERY_MS = 7 * 24 * 60 * MINUTE_MS
/** The beat comes once a minute, a few seconds early or late: a run does not slip by a minute each time. */
const EARLY_MS = 30_000

/**
 * When the next run starts by itself, which may be past: then it starts with the next beat.
 *
 * @returns `undefined` when it never does.
 */
export function nextRunAt(schedule: Schedule, facts: ScheduleFacts): Date | undefined {
  const next = nextByClock(schedule, facts)
  return next && latest(next, notBefore(facts))
}

/** Until then nothing starts by itself, because the last run failed for want of a person's help. */
export function notBefore({ lastRun }: ScheduleFacts): Date | undefined {
  if (!lastRun?.needsMending) return undefined
  return new Date(lastRun.requestedAt.getTime() + MENDING_WAIT_MS)
}

/** Whether a run should start now. Nothing starts while one is under way. */
export function isDue(schedule: Schedule, facts: ScheduleFacts, now: Date): boolean {
  const next = nextRunAt(schedule, facts)
  if (!next || facts.lastRun?.isUnderWay) return false
  const earlyMs = schedule.kind === 'every' ? EARLY_MS : 0
  return next.getTime() - earlyMs <= now.getTime()
}

/** Whether the next run reads only changes, or silently everything, as it does once a week. */
export function modeOf(facts: ScheduleFacts, now: Date): SyncMode {
  // A first read that is not through goes on where it is.
  if (!facts.hasBeenRead) return 'delta'
  const since = facts.lastFullReadAt?.getTime() ?? 0
  return now.getTime() - since > FULL_READ_EVERY_MS ? 'full' : 'delta'
}

function nextByClock(schedule: Schedule, facts: ScheduleFacts): Date | undefined {
  const { lastRun, connectedAt, settingsChangedAt } = facts
  switch (schedule.kind) {
    case 'off':
      return undefined
    case 'every':
      // Whoever has just connected looks around first, and starts the first run by hand.
      return new Date(
        latest(connectedAt, lastRun?.requestedAt).getTime() + schedule.minutes * MINUTE_MS,
      )
    case 'cron':
      // Times that went by while the server was off come once, afterwards.
      return nextCronAt(schedule, latest(connectedAt, settingsChangedAt, lastRun?.requestedAt))
  }
}

function latest(first: Date, ...others: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(...[first, ...others].map((date) => date?.getTime() ?? 0)))
}
