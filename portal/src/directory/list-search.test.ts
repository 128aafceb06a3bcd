import { expect, test } from 'vitest'
import { nextSort, readGroupsSearch, readUsersSearch } from './list-search.ts'

test('an address that makes no sense shows the plain list', () => {
  expect(readUsersSearch({ state: 'asleep', sort: 'shoeSize', descending: 'yes' })).toEqual({
    sort: 'displayName',
  })
})

test('filters come from the address', () => {
  expect(readGroupsSearch({ search: 'crew', kind: 'security' })).toMatchObject({
    search: 'crew',
    kind: 'security',
  })
})

test('sorting by the same column turns it round, by another starts upward', () => {
  const now = { sort: 'displayName', descending: undefined }

  expect(nextSort(now, 'displayName')).toEqual({ sort: 'displayName', descending: 'true' })
  expect(nextSort({ ...now, descending: 'true' }, 'displayName').descending).toBeUndefined()
  expect(nextSort(now, 'department')).toEqual({ sort: 'department', descending: undefined })
})
