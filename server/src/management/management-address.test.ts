import { expect, test } from 'vitest'
import { planAddress } from './management-address.ts'

const NEW = 'https://mdm.example.org/ManagementServer/MDM.svc'
const OLD = 'https://old.example.org/ManagementServer/MDM.svc'
const addresses = {
  managementUrl: NEW,
  renewalUrl: 'https://portal.example.org/EnrollmentServer/Enrollment.svc',
}
const plan = (cameBy: string, list?: string) =>
  planAddress(addresses, { cameBy, list }).map(({ uri, data }) => [uri.split('/').at(-1), data])

test('a device that never moved is told nothing, whatever its sessions add to the address', () => {
  expect(plan(NEW)).toEqual([])
  expect(plan(`${NEW}?mode=Maintenance&Platform=WoA`)).toEqual([])
  expect(plan('HTTPS://MDM.example.org:443/ManagementServer/MDM.svc')).toEqual([])
  expect(plan(NEW, '')).toEqual([])
})

test('one that comes by an old address is told the new one, with the old one behind it', () => {
  const told = [['ManagementServerAddressList', `<${NEW}><${OLD}>`]]

  expect(plan(`${OLD}?mode=Maintenance`)).toEqual(told)
  // Also again and again, until it comes by the new one.
  expect(plan(OLD, `<${NEW}><${OLD}>`)).toEqual(told)
  expect(plan(OLD, '<https://never.example.org/x>')).toEqual(told)
})

test('one that has come by the new address forgets the old one, and renews where the server is now', () => {
  const told = [
    ['ManagementServiceAddress', NEW],
    ['ManagementServerAddressList', `<${NEW}>`],
    ['ServerURL', addresses.renewalUrl],
  ]

  expect(plan(NEW, `<${NEW}><${OLD}>`)).toEqual(told)
  expect(plan(NEW, `<${NEW}>`)).toEqual(told)
})

test('an address that is none is not written to any device', () => {
  expect(plan('')).toEqual([])
  expect(plan('javascript:alert(1)')).toEqual([])
  expect(plan('https://x.example.org/a><https://evil.example.org/b')).toEqual([
    [
      'ManagementServerAddressList',
      `<${NEW}><https://x.example.org/a%3E%3Chttps://evil.example.org/b>`,
    ],
  ])
})
