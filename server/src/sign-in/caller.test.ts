import { Role } from '@mooring/contract/permissions'
import { expect, test } from 'vitest'
import { mayGrant, toCaller } from './caller.ts'

const caller = (role: Role, isHome: boolean) =>
  toCaller({ kind: 'token', id: 'tok_1', name: 'one', organization: 'org_1', isHome, role })

test('only owners of the home organization act everywhere', () => {
  for (const role of Role.options) {
    expect(caller(role, true).everywhere).toBe(role === 'owner')
    expect(caller(role, false).everywhere).toBe(false)
  }
  expect(caller('owner', true).permissions.has('organizations.manage')).toBe(true)
  expect(caller('owner', false).permissions.has('organizations.manage')).toBe(false)
})

test('nobody gives a role that is stronger than their own', () => {
  expect(mayGrant('owner', 'owner')).toBe(true)
  expect(mayGrant('administrator', 'owner')).toBe(false)
  expect(mayGrant('administrator', 'administrator')).toBe(true)
  expect(mayGrant('auditor', 'helpdesk')).toBe(false)
})
