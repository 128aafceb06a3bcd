import type { NotificationStanding, StreamName, StreamStanding } from '@mooring/contract/directory'
import type { RunProblem } from './sync-run.ts'

/** What is known of one kind of object. */
export type StreamFacts = {
  readonly stream: StreamName
  readonly isSwitchedOn: boolean
  /** Since this check of the connection the permission is known to be missing. */
  readonly permissionMissingSince: Date | undefined
  readonly lastSuccessAt: Date | undefined
  readonly lastFullReadAt: Date | undefined
  /** Why the last run could not read it. */
  readonly problem: RunProblem | undefined
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Delta links live for about seven days: two are left to mend it before everything is read anew. */
const LATE_AFTER_MS = 5 * DAY_MS

/** How one kind of object stands. In the order in which an administrator would mend things. */
export function judgeStream(facts: StreamFacts, now: Date): StreamStanding['state'] {
  const { lastSuccessAt, problem } = facts
  if (!facts.isSwitchedOn) return 'off'
  if (isDenied(facts)) return 'notAllowed'
  if (problem) return 'failing'
  if (!lastSuccessAt) return 'never'
  return isLate(facts, now) ? 'late' : 'current'
}

/** Whether there was no success for so long that it wants a warning, whatever the reason. */
export function isLate({ lastSuccessAt }: StreamFacts, now: Date): boolean {
  return lastSuccessAt !== undefined && now.getTime() - lastSuccessAt.getTime() > LATE_AFTER_MS
}

function isDenied({ problem, permissionMissingSince, lastSuccessAt }: StreamFacts): boolean {
  if (problem) return problem.code === 'Authorization_RequestDenied'
  // What was read after the check proves it wrong.
  return (
    permissionMissingSince !== undefined &&
    (lastSuccessAt === undefined || lastSuccessAt < permissionMissingSince)
  )
}

/** What is known of how Microsoft tells about changes of one kind of object. */
export type NotificationFacts = {
  readonly stream: NotificationStanding['stream']
  /** The stream and change notifications are both wanted. */
  readonly isWanted: boolean
  readonly subscription:
    | {
        readonly state: 'pending' | 'active' | 'unreachable' | 'failing'
        readonly expiresAt: Date | undefined
        readonly lastNotificationAt: Date | undefined
        /** Why it could not be made or renewed. */
        readonly problem: RunProblem | undefined
      }
    | undefined
}

/** Whether Microsoft tells us about changes. */
export function judgeNotifications(
  { isWanted, subscription }: NotificationFacts,
  now: Date,
): NotificationStanding['state'] {
  if (!isWanted) return 'off'
  if (!subscription) return 'pending'
  const { state, expiresAt } = subscription
  return state === 'active' && expiresAt && expiresAt <= now ? 'expired' : state
}

/** How long ago something was, as a person would say it: the largest unit that fits, rounded down. */
export type Age = { readonly unit: 'now' | 'minutes' | 'hours' | 'days'; readonly count: number }

export function ageOf(at: Date, now: Date): Age {
  const minutes = Math.floor((now.getTime() - at.getTime()) / 60_000)
  // Clocks of several servers differ by seconds.
  if (minutes < 1) return { unit: 'now', count: 0 }
  if (minutes < 60) return { unit: 'minutes', count: minutes }
  if (minutes < 48 * 60) return { unit: 'hours', count: Math.floor(minutes / 60) }
  return { unit: 'days', count: Math.floor(minutes / (24 * 60)) }
}
