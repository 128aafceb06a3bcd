import { expect, test } from 'vitest'
import { sparklinePoints } from './Sparkline.tsx'

test('the highest value is at the top and the last at the right', () => {
  expect(sparklinePoints([0, 10], 100, 40)).toEqual([
    [0, 38],
    [100, 2],
  ])
})

test('a level course runs through the middle', () => {
  expect(sparklinePoints([7, 7], 100, 40)).toEqual([
    [0, 20],
    [100, 20],
  ])
})

test('no values make no points', () => {
  expect(sparklinePoints([], 100, 40)).toEqual([])
})
