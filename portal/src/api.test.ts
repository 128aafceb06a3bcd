import { expect, test } from 'vitest'
import { urlOf } from './api.ts'

test('path parameters are filled in and escaped', () => {
  expect(urlOf('/organizations/{org}/directory/users/{user}', { org: 'a', user: 'x/y' })).toBe(
    '/api/v1/organizations/a/directory/users/x%2Fy',
  )
})

test('query values that are not there are left out', () => {
  expect(urlOf('/organizations', {}, { limit: 50, cursor: undefined, search: '' })).toBe(
    '/api/v1/organizations?limit=50',
  )
})
