import { expect, test } from 'vitest'
import { pauseForOthersMs } from './pace.ts'

test.each([
  [undefined, 0],
  ['', 0],
  ['nonsense', 0],
  ['0.79', 0],
  ['0.8', 200],
  ['0.9', 1200],
  ['1', 2000],
  ['1.8', 2000],
])('background work pauses after a share of %s for %i ms', (share, pause) => {
  expect(pauseForOthersMs(share)).toBe(pause)
})
