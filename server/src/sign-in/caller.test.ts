import { Role } from '@mooring/contract/permissions'
import { expect, test } from 'vitest'
import { toCaller } from './caller.ts'

const caller = (roles: Role[], isHome: boolean) =>
  toCaller({
    kind: 'token',
    id: 'tok_1',
    name: 'one',
    organization: 'org_1',
    slug: 'one',
    isHome,
    roles,
  })

test('only owners of the home organization act everywhere', () => {
  for (const role of Role.options) {
    expect(caller([role], true).everywhere).toBe(role === 'owner')
    expect(caller([role], false).everywhere).toBe(false)
  }
  expect(caller(['owner'], true).permissions.has('organizations.manage')).toBe(true)
  expect(caller(['owner'], false).permissions.has('organizations.manage')).toBe(false)
})

test('nobody without a role acts anywhere', () => {
  expect(caller([], true).everywhere).toBe(false)
  expect([...caller([], true).permissions]).toEqual(['signedIn'])
})
