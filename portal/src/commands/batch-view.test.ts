import { describe, expect, test } from 'vitest'
import {
  barOf,
  isBatchUnderWay,
  outcomeOf,
  partsOf,
  readOutcome,
  retriableOf,
} from './batch-view.ts'

const nothing = {
  waiting: 0,
  sent: 0,
  succeeded: 0,
  failed: 0,
  uncertain: 0,
  cancelled: 0,
  expired: 0,
}

describe('the progress of a request', () => {
  test('shows what is settled first, and nothing of what there is not', () => {
    const progress = { ...nothing, waiting: 3, succeeded: 2, failed: 1 }
    expect(partsOf(progress).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'failed',
      'waiting',
    ])
    expect(barOf(progress)).toEqual({
      parts: [
        { tone: 'ok', value: 2 },
        { tone: 'wrong', value: 1 },
      ],
      total: 6,
    })
  })

  test('is under way while a device may still answer', () => {
    expect(isBatchUnderWay({ ...nothing, sent: 1 })).toBe(true)
    expect(isBatchUnderWay({ ...nothing, uncertain: 1, failed: 1 })).toBe(false)
  })

  test('can be asked for once more where it did not come about', () => {
    expect(retriableOf({ ...nothing, waiting: 1, cancelled: 1, failed: 2, expired: 1 })).toEqual([
      'failed',
      'expired',
    ])
  })
})

test('a command of which nobody knows is not said to be on its way', () => {
  expect(outcomeOf({ state: 'sent', uncertain: true })).toBe('uncertain')
  expect(outcomeOf({ state: 'sent', uncertain: false })).toBe('sent')
  expect(outcomeOf({ state: 'held', uncertain: false })).toBe('waiting')
})

test('an address that asks for what there is not asks for everything', () => {
  expect(readOutcome('failed')).toBe('failed')
  expect(readOutcome('nonsense')).toBeUndefined()
})
