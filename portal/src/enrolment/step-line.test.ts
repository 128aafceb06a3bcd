import type { EnrolmentAttempt, EnrolmentStepName } from '@mooring/contract/enrolment'
import { describe, expect, test } from 'vitest'
import { standingOf, stepLine } from './step-line.ts'

const AT = '2026-03-10T12:00:00.000Z'

function attempt(
  steps: readonly (EnrolmentStepName | `${EnrolmentStepName}!`)[],
  outcome: EnrolmentAttempt['outcome'] = 'underWay',
): EnrolmentAttempt {
  return {
    id: 'enr_1',
    startedAt: AT,
    updatedAt: AT,
    clientRequestId: null,
    user: null,
    entraDeviceId: null,
    device: { id: null, name: null },
    outcome,
    reason: null,
    errorCode: null,
    steps: steps.map((name) => ({
      step: name.replace('!', '') as EnrolmentStepName,
      at: AT,
      outcome: name.endsWith('!') ? 'refused' : 'succeeded',
      reason: null,
      traceId: 'trace',
    })),
    facts: {},
  }
}
const drawn = (of: EnrolmentAttempt) => stepLine(of).map(({ step, state }) => `${step} ${state}`)

describe('the line of steps', () => {
  test('fills up to where the device is', () => {
    expect(drawn(attempt(['terms', 'discovery']))).toEqual([
      'terms done',
      'discovery done',
      'policies now',
      'enrolment later',
    ])
  })

  test('stops at the step that was refused', () => {
    expect(drawn(attempt(['terms', 'discovery', 'policies!'], 'refused'))).toEqual([
      'terms done',
      'discovery done',
      'policies refused',
      'enrolment later',
    ])
  })

  test('says which step left no trace', () => {
    expect(drawn(attempt(['terms', 'policies', 'enrolment'], 'enrolled'))).toEqual([
      'terms done',
      'discovery unseen',
      'policies done',
      'enrolment done',
    ])
  })

  test('has no terms where a device comes without them', () => {
    expect(drawn(attempt(['discovery', 'policies', 'enrolment!'], 'refused'))).toEqual([
      'discovery done',
      'policies done',
      'enrolment refused',
    ])
  })

  test('forgets what was reached before the device began anew', () => {
    const again = attempt(['terms', 'discovery', 'policies', 'enrolment!', 'terms'])

    expect(drawn(again)).toEqual([
      'terms done',
      'discovery now',
      'policies later',
      'enrolment later',
    ])
  })

  test('leads over the sign-in where somebody signs in here', () => {
    expect(drawn(attempt(['discovery', 'signIn']))).toEqual([
      'discovery done',
      'signIn done',
      'policies now',
      'enrolment later',
    ])
  })

  test('of a renewal is the renewal alone', () => {
    expect(drawn(attempt(['renewal!'], 'refused'))).toEqual(['renewal refused'])
  })
})

describe('an attempt', () => {
  const minutesLater = (minutes: number) => Date.parse(AT) + minutes * 60_000

  test('from which nothing has come for a quarter of an hour has stalled', () => {
    expect(standingOf(attempt(['terms']), minutesLater(14))).toBe('underWay')
    expect(standingOf(attempt(['terms']), minutesLater(16))).toBe('stalled')
  })

  test('that is over does not stall', () => {
    expect(standingOf(attempt(['terms!'], 'refused'), minutesLater(60))).toBe('refused')
  })
})
