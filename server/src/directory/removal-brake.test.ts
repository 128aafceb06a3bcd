import { expect, test } from 'vitest'
import { exceeds, exceedsInDay } from './removal-brake.ts'

const usual = { atLeast: 20, percent: 10 }

test.each([
  ['eleven per cent of a thousand are held', 110, 1000, true],
  ['ten per cent are not', 100, 1000, false],
  ['nor is one more than a tenth that is none whole', 100, 1009, false],
  ['twenty of few go unasked, whatever their share', 20, 25, false],
  ['twenty-one of few are held', 21, 25, true],
  ['nobody is never held', 0, 0, false],
])('%s', (_title, removed, present, isHeld) => {
  expect(exceeds({ removed, present }, usual)).toBe(isHeld)
})

test('a brake at nothing holds the first', () => {
  expect(exceeds({ removed: 1, present: 1000 }, { atLeast: 0, percent: 0 })).toBe(true)
})

test.each([
  ['twice as much as one run may take is not held in a day', 200, 1000, false],
  ['more than that is', 201, 1000, true],
  ['forty of few go unasked', 40, 50, false],
  ['forty-one of few are held', 41, 50, true],
])('%s', (_title, removed, present, isHeld) => {
  expect(exceedsInDay({ removed, present }, usual)).toBe(isHeld)
})
