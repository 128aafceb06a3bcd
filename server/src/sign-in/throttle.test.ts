import { expect, test } from 'vitest'
import { ACCOUNT_LIMITS, countAttempt, type ThrottleState } from './throttle.ts'
import { networkOf } from './throttle-sign-in.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 25) + seconds * 1000)

/** When each of `count` attempts is admitted, if every one is made as soon as it may. */
function hurry(count: number): number[] {
  const admitted: number[] = []
  let state: ThrottleState | undefined
  let now = at(0)
  while (admitted.length < count) {
    const attempt = countAttempt(state, ACCOUNT_LIMITS, now)
    if (attempt.kind === 'blocked') {
      now = attempt.until
      continue
    }
    state = attempt.state
    admitted.push((now.getTime() - at(0).getTime()) / 1000)
  }
  return admitted
}

test('five attempts are free, then each wait is twice the one before', () => {
  expect(hurry(9)).toEqual([0, 0, 0, 0, 0, 30, 90, 210, 450])
})

test('nobody guesses one account more than a thousand times a day', () => {
  expect(hurry(1000).at(-1)).toBeGreaterThan(24 * 60 * 60)
})

test('a blocked attempt is not counted', () => {
  const state = { failures: 5, windowStartedAt: at(0), blockedUntil: at(30) }

  expect(countAttempt(state, ACCOUNT_LIMITS, at(29))).toEqual({ kind: 'blocked', until: at(30) })
})

test('old failures are forgotten after a quarter of an hour', () => {
  const state = { failures: 4, windowStartedAt: at(0), blockedUntil: undefined }

  expect(countAttempt(state, ACCOUNT_LIMITS, at(15 * 60))).toMatchObject({ state: { failures: 1 } })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:12::1', '2001:db8:0:12'],
  ['2001:db8:0:12:ffff::', '2001:db8:0:12'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
