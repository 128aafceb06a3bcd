import { ROLE_PERMISSIONS, Role } from '@mooring/contract/permissions'
import { expect, test } from 'vitest'
import { mayGrant, permissionsOf } from './granting.ts'

test('several roles add up', () => {
  const both = permissionsOf(['device-manager', 'directory-manager'], false)

  for (const role of ['device-manager', 'directory-manager'] as const) {
    for (const permission of ROLE_PERMISSIONS[role]) expect(both.has(permission)).toBe(true)
  }
})

test('somebody without a role is signed in, and nothing else', () => {
  expect([...permissionsOf([], true)]).toEqual(['signedIn'])
})

test('only owners of the home organization manage organizations', () => {
  for (const role of Role.options) {
    const manages = (isHome: boolean) => permissionsOf([role], isHome).has('organizations.manage')
    expect(manages(true)).toBe(role === 'owner')
    expect(manages(false)).toBe(false)
  }
})

test('nobody gives a role that can do more than they can', () => {
  const may = (own: Role, given: Role) => mayGrant(permissionsOf([own], true), given)

  expect(may('owner', 'owner')).toBe(true)
  expect(may('administrator', 'owner')).toBe(false)
  expect(may('administrator', 'administrator')).toBe(true)
  expect(may('administrator', 'device-manager')).toBe(true)
  // Neither is stronger than the other: each can do something that the other cannot.
  expect(may('device-manager', 'directory-manager')).toBe(false)
  expect(may('directory-manager', 'device-manager')).toBe(false)
  expect(may('auditor', 'helpdesk')).toBe(false)
})

test('an owner of another organization gives the role of an owner there', () => {
  expect(mayGrant(permissionsOf(['owner'], false), 'owner')).toBe(true)
})
