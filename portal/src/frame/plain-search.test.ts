import { expect, test } from 'vitest'
import { oneOf, parsePlainSearch, splitHref, writePlainSearch } from './plain-search.ts'

test('what is written can be read again', () => {
  const search = { search: 'Zoë & "co" +1', state: 'active' }

  expect(parsePlainSearch(writePlainSearch(search))).toEqual(search)
})

test('empty values leave the address clean', () => {
  expect(writePlainSearch({ search: '', state: undefined })).toBe('')
})

test('a path with a query is split for the router', () => {
  expect(splitHref('/o/default/settings?step=secret#value')).toEqual({
    to: '/o/default/settings',
    search: { step: 'secret' },
    hash: 'value',
  })
})

test('a link that leads elsewhere loses its host', () => {
  expect(splitHref('https://evil.example/o/x').to).toBe('/o/x')
})

test('values that are not allowed are ignored', () => {
  expect(oneOf(['active', 'disabled'], 'active')).toBe('active')
  expect(oneOf(['active', 'disabled'], 'nonsense')).toBeUndefined()
})
