import { expect, test } from 'vitest'
import { changedMarks } from './use-marks.ts'

test('marks that differ are told, all of them at first and none when nothing happened', () => {
  const before = { device: '1', facts: '1', commands: '1' }

  expect(changedMarks(undefined, before)).toEqual(['device', 'facts', 'commands'])
  expect(changedMarks(before, { ...before })).toEqual([])
  expect(changedMarks(before, { ...before, commands: '2' })).toEqual(['commands'])
})
