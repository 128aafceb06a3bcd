import { PollSchedule } from '@mooring/contract/poll-schedule'

/** The schedule while it is being changed: fields may be empty. */
export type PollDraft = {
  readonly firstTimes: number | string
  readonly firstMinutes: number | string
  readonly secondTimes: number | string
  readonly secondMinutes: number | string
  readonly afterwardsMinutes: number | string
  readonly onSignIn: boolean
}
export type PollField = Exclude<keyof PollDraft, 'onSignIn'>

/** Where the API tells what is wrong with each. */
export const POLL_PATHS = {
  firstTimes: 'first.times',
  firstMinutes: 'first.minutes',
  secondTimes: 'second.times',
  secondMinutes: 'second.minutes',
  afterwardsMinutes: 'afterwardsMinutes',
} as const satisfies Record<PollField, string>

export const toPollDraft = (schedule: PollSchedule): PollDraft => ({
  firstTimes: schedule.first.times,
  firstMinutes: schedule.first.minutes,
  secondTimes: schedule.second.times,
  secondMinutes: schedule.second.minutes,
  afterwardsMinutes: schedule.afterwardsMinutes,
  onSignIn: schedule.onSignIn,
})

/** An empty field is not a zero. */
const toNumber = (value: number | string) => (value === '' ? undefined : Number(value))

/** @returns undefined while something about it cannot be. */
export function readPollDraft(draft: PollDraft): PollSchedule | undefined {
  const read = PollSchedule.safeParse({
    first: { times: toNumber(draft.firstTimes), minutes: toNumber(draft.firstMinutes) },
    second: { times: toNumber(draft.secondTimes), minutes: toNumber(draft.secondMinutes) },
    afterwardsMinutes: toNumber(draft.afterwardsMinutes),
    onSignIn: draft.onSignIn,
  })
  return read.success ? read.data : undefined
}

export const isSamePoll = (one: PollSchedule, other: PollSchedule): boolean =>
  JSON.stringify(toPollDraft(one)) === JSON.stringify(toPollDraft(other))

const DAY_MINUTES = 24 * 60

/** What a schedule comes to. */
export function weighPoll({ first, second, afterwardsMinutes }: PollSchedule) {
  return {
    /** How long each of the first two rounds takes. */
    firstForMinutes: first.times * first.minutes,
    secondForMinutes: second.times * second.minutes,
    /** Sessions of a thousand devices in a day, once the first rounds are over. */
    sessionsPerDay: Math.round((1000 * DAY_MINUTES) / afterwardsMinutes),
  }
}
