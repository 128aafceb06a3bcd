import { expect, test } from 'vitest'
import { toUserChange } from './user-change.ts'

const ID = '8ffff70c-1c63-4860-b963-e34ec660931d'

test('an object without a mark is a change of the properties that came', () => {
  const change = toUserChange({ id: ID, displayName: 'Ada', jobTitle: null, 'x@odata.y': 1 })

  expect(change).toEqual({
    kind: 'changed',
    id: ID,
    properties: { displayName: 'Ada', jobTitle: null },
  })
})

test.each([
  ['changed', 'binned'],
  ['deleted', 'gone'],
  ['somethingNew', 'binned'],
])('an object removed as "%s" is %s', (reason, kind) => {
  expect(toUserChange({ id: ID, '@removed': { reason } })).toEqual({ kind, id: ID })
})

test('an id in capitals is the same id', () => {
  expect(toUserChange({ id: ID.toUpperCase() })).toMatchObject({ id: ID })
})

test.each([
  [{ id: ID, displayName: 7 }, 'displayName'],
  [{ id: ID, businessPhones: 'none' }, 'businessPhones'],
  [{ id: ID, accountEnabled: 'true' }, 'accountEnabled'],
  [{ id: 'not-a-guid' }, 'id'],
  [{}, 'id'],
])('%j cannot be taken over because of %s', (item, property) => {
  expect(toUserChange(item)).toMatchObject({ kind: 'unreadable', property })
})
