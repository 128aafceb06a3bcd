import type { RoleInfo } from '@mooring/contract/roles'
import { expect, test } from 'vitest'
import { grantableRoles } from './grantable.ts'

const NOBODY = { administrators: 0, people: 0, tokens: 0 }
const ROLES: RoleInfo[] = [
  { role: 'owner', permissions: ['signedIn', 'roles.write', 'administrators.write'], ...NOBODY },
  { role: 'administrator', permissions: ['signedIn', 'roles.write'], ...NOBODY },
  { role: 'self-service', permissions: ['signedIn'], ...NOBODY },
]

test('nobody is offered a role that can do more than they can', () => {
  const own = ['signedIn', 'roles.write']
  expect(grantableRoles(ROLES, own)).toEqual(['administrator', 'self-service'])
})

test('an owner is offered every role', () => {
  const own = ['signedIn', 'roles.write', 'administrators.write']
  expect(grantableRoles(ROLES, own)).toEqual(['owner', 'administrator', 'self-service'])
})
