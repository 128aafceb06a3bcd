import { expect, test } from 'vitest'
import { isMoving, viewOf } from './tones.ts'

test('what nobody knows the end of is neither under way nor done', () => {
  expect(viewOf({ state: 'sent', uncertain: true })).toEqual({
    state: 'uncertain',
    tone: 'attention',
  })
  expect(isMoving({ state: 'sent', uncertain: true })).toBe(false)
  expect(isMoving({ state: 'sent', uncertain: false })).toBe(true)
  expect(isMoving({ state: 'queued', uncertain: false })).toBe(true)
  expect(isMoving({ state: 'succeeded', uncertain: false })).toBe(false)
})
