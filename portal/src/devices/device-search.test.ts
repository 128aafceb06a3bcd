import { expect, test } from 'vitest'
import { isRefined, readDeviceSearch } from './device-search.ts'

test('what an address cannot mean is left out', () => {
  const asked = readDeviceSearch({ search: 'lap', state: 'lost', tab: 'x', cursor: 'c1' })

  expect(asked).toEqual({ search: 'lap', state: undefined, user: undefined, cursor: 'c1' })
})

test('leafing alone does not make a list refined', () => {
  expect(isRefined(readDeviceSearch({ cursor: 'c1' }))).toBe(false)
  expect(isRefined(readDeviceSearch({ state: 'wiped' }))).toBe(true)
  expect(isRefined(readDeviceSearch({ user: 'usr_1' }))).toBe(true)
})
