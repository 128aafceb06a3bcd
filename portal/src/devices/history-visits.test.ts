import { expect, test } from 'vitest'
import { visitsOf } from './history-visits.ts'

test('what was told at the same moment stands together, in its order', () => {
  const changes = [
    { at: '2026-03-02', uri: 'c' },
    { at: '2026-03-01', uri: 'b' },
    { at: '2026-03-01', uri: 'a' },
  ]

  expect(visitsOf(changes)).toEqual([
    { at: '2026-03-02', changes: [changes[0]] },
    { at: '2026-03-01', changes: [changes[1], changes[2]] },
  ])
})
