import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'
import { expect, test } from 'vitest'
import { isSamePoll, readPollDraft, toPollDraft, weighPoll } from './poll-draft.ts'

test('a schedule comes back from the form as it went in', () => {
  expect(readPollDraft(toPollDraft(POLL_SCHEDULE))).toEqual(POLL_SCHEDULE)
})

test.each([
  ['an empty field', { firstTimes: '' }],
  ['none at all', { firstTimes: 0 }],
  ['a letter', { secondMinutes: 'x' }],
  ['more than a day', { afterwardsMinutes: 1441 }],
  ['more often later on', { secondMinutes: 2 }],
])('%s is no schedule', (_what, change) => {
  expect(readPollDraft({ ...toPollDraft(POLL_SCHEDULE), ...change })).toBeUndefined()
})

test('what it comes to is said in minutes and in sessions of a thousand devices', () => {
  expect(weighPoll(POLL_SCHEDULE)).toEqual({
    firstForMinutes: 30,
    secondForMinutes: 240,
    sessionsPerDay: 24_000,
  })
  expect(weighPoll({ ...POLL_SCHEDULE, afterwardsMinutes: 480 }).sessionsPerDay).toBe(3000)
})

test('the same is not a change, whatever its order', () => {
  const { onSignIn, second, first, afterwardsMinutes } = POLL_SCHEDULE
  expect(isSamePoll(POLL_SCHEDULE, { onSignIn, second, first, afterwardsMinutes })).toBe(true)
  expect(isSamePoll(POLL_SCHEDULE, { ...POLL_SCHEDULE, onSignIn: false })).toBe(false)
})
