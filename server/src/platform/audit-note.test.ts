import { expect, test } from 'vitest'
import { compareFields } from './audit-note.ts'

test('only what differs is told, by its path', () => {
  const before = { schedule: { kind: 'every', minutes: 30 }, guests: 'exclude' }
  const after = { schedule: { kind: 'off' }, guests: 'exclude' }

  expect(compareFields(before, after)).toEqual([
    { field: 'schedule.kind', before: 'every', after: 'off' },
    { field: 'schedule.minutes', before: 30, after: null },
  ])
})

test('a list is told whole, and the same list is no change', () => {
  const groups = (...ids: string[]) => ({ scope: { groups: ids.map((entraId) => ({ entraId })) } })

  expect(compareFields(groups('a'), groups('a'))).toEqual([])
  expect(compareFields(groups('a'), groups('b'))).toEqual([
    { field: 'scope.groups', before: '[{"entraId":"a"}]', after: '[{"entraId":"b"}]' },
  ])
})

test('what is new has nothing before, and what is removed nothing after', () => {
  expect(compareFields(undefined, { name: 'North' })).toEqual([
    { field: 'name', before: null, after: 'North' },
  ])
  expect(compareFields({ name: 'North' }, undefined)).toEqual([
    { field: 'name', before: 'North', after: null },
  ])
})
