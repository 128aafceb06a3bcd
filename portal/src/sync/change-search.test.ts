import type { SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { firstFilter, readChangeSearch, writeChangeFilter } from './change-search.ts'

const none = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }
const runWith = (part: Partial<SyncRun>) =>
  ({
    state: 'held',
    counts: {
      users: { ...none, removed: 30 },
      groups: none,
      devices: none,
      memberships: { added: 0, removed: 0 },
    },
    holds: [{ code: 'manyPeople', title: '', detail: '' }],
    ...part,
  }) as SyncRun
const removedPeople = { object: 'user', change: 'removed' } as const

test('of a held run the people it would remove are seen first, of any other run everything', () => {
  expect(firstFilter(runWith({}))).toEqual(removedPeople)
  expect(firstFilter(runWith({ state: 'succeeded' }))).toEqual({})
})

test('of a run held for its memberships they are seen first', () => {
  const holds = [{ code: 'manyMemberships', title: '', detail: '' } as const]

  expect(firstFilter(runWith({ holds }))).toEqual({ object: 'membership', change: 'removed' })
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
