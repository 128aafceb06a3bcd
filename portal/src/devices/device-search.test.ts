import { expect, test } from 'vitest'
import { isRefined, readDeviceSearch, writeFilter } from './device-search.ts'

test('what an address cannot mean is left out', () => {
  const asked = readDeviceSearch({
    search: 'lap',
    state: 'lost',
    encrypted: 'no',
    notSeenForDays: '-3',
    freeStorageBelowGb: '20',
    buildFrom: 'new',
    buildTo: '26100.4349',
    sort: 'colour',
    columns: 'name,secret,encrypted,name',
    tab: 'x',
    cursor: 'c1',
  })

  expect(asked).toEqual({
    filter: { search: 'lap', encrypted: 'no', freeStorageBelowGb: 20, buildTo: '26100.4349' },
    sort: 'name',
    descending: false,
    columns: ['name', 'encrypted'],
    cursor: 'c1',
  })
})

test('a filter comes back from its address as it was, and takes out what it does not ask', () => {
  const filter = { tpm: 'none', notSeenForDays: 30, group: 'dgr_1', search: 'a b' } as const

  const address = writeFilter(filter)

  expect(address).toHaveProperty('firewall', undefined)
  const told = Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : []))
  expect(readDeviceSearch(Object.fromEntries(told)).filter).toEqual(filter)
})

test('leafing, sorting and choosing columns does not make a list refined', () => {
  expect(isRefined(readDeviceSearch({ cursor: 'c1', sort: 'build', columns: 'name' }))).toBe(false)
  expect(isRefined(readDeviceSearch({ state: 'wiped' }))).toBe(true)
  expect(isRefined(readDeviceSearch({ user: 'usr_1' }))).toBe(true)
})
