import type { Hold, SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { firstFilter, readChangeSearch, writeChangeFilter } from './change-search.ts'

const heldFor = (...codes: Hold['code'][]) =>
  ({ state: 'held', holds: codes.map((code) => ({ code, title: '', detail: '' })) }) as SyncRun
const removedPeople = { object: 'user', change: 'removed' } as const

test.each<[Hold['code'][], ReturnType<typeof firstFilter>]>([
  [['manyMemberships', 'manyPeople'], { object: 'user' }],
  [['scopeGroupGone'], { object: 'user' }],
  [['manyGroups'], { object: 'group' }],
  [['manyMemberships'], { object: 'membership' }],
  [['manyMembersOfGroupInDay'], { object: 'membership' }],
])('of a run held for %j, %j is seen first', (codes, filter) => {
  expect(firstFilter(heldFor(...codes))).toEqual(filter)
})

test('of a run that is not held, everything is seen', () => {
  expect(firstFilter({ ...heldFor('manyPeople'), state: 'succeeded' })).toEqual({})
})

test('where the address says nothing, the first filter holds', () => {
  expect(readChangeSearch({}, removedPeople)).toMatchObject(removedPeople)
  expect(readChangeSearch({ search: 'ada' }, removedPeople)).toMatchObject(removedPeople)
})

test('what the address cannot mean is left out', () => {
  expect(readChangeSearch({ object: 'membership', change: 'disabled' }, {})).toMatchObject({
    object: 'membership',
    change: undefined,
  })
  expect(readChangeSearch({ object: 'toast' }, {})).toMatchObject({ object: undefined })
})

test('seeing everything is written down where something else would come first', () => {
  expect(writeChangeFilter({}, removedPeople)).toEqual({ object: 'all', change: undefined })
  expect(readChangeSearch({ object: 'all' }, removedPeople)).toMatchObject({
    object: undefined,
    change: undefined,
  })
  expect(writeChangeFilter({}, {})).toEqual({ object: undefined, change: undefined })
})

test('a kind of change that the object does not know is dropped', () => {
  expect(writeChangeFilter({ object: 'membership', change: 'created' }, {})).toEqual({
    object: 'membership',
    change: undefined,
  })
})
