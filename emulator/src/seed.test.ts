import { describe, expect, it } from 'vitest'
import type { Directory } from './directory/directory.ts'
import { seedDirectory } from './seed.ts'

const size = { seed: 1, users: 250, groups: 40, memberships: 1000, devices: 60 }
const names = {
  domain: 'hafenstern.example',
  initialDomain: 'hafenstern.onmicrosoft.com',
  now: () => new Date(0),
}
const make = (change: Partial<typeof size> = {}) => seedDirectory({ ...size, ...change, ...names })

/** The directory as plain text, edges included. */
function print(directory: Directory): string {
  return JSON.stringify([
    directory.users,
    directory.devices,
    directory.groups.map((group) => [group, directory.members(group.id)]),
  ])
}

describe('the seed data', () => {
  it('has the wanted size', () => {
    const directory = make()

    expect(directory.users).toHaveLength(250)
    expect(directory.groups).toHaveLength(40)
    expect(directory.devices).toHaveLength(60)
    expect(directory.membershipCount).toBe(1000)
  })

  it('is the same for the same seed, and another for another', () => {
    expect(print(make())).toBe(print(make()))
    expect(print(make({ seed: 2 }))).not.toBe(print(make()))
  })

  it.each([
    { users: 0, groups: 0, memberships: 0, devices: 0 },
    { users: 1, groups: 1, memberships: 0, devices: 0 },
    { users: 3, groups: 40, memberships: 10, devices: 1 },
  ])('can be as small as %o', (change) => {
    const directory = make(change)

    expect([directory.users.length, directory.groups.length, directory.devices.length]).toEqual([
      change.users,
      change.groups,
      change.devices,
    ])
  })

  it('has the awkward people', () => {
    const { users } = make()

    expect(
      users.some(({ userPrincipalName }) =>
        userPrincipalName.includes('#EXT#@hafenstern.onmicrosoft.com'),
      ),
    ).toBe(true)
    expect(users.some(({ accountEnabled }) => !accountEnabled)).toBe(true)
    expect(users.some(({ mail }) => mail === null)).toBe(true)
    expect(users.some(({ userType }) => userType === null)).toBe(true)
    expect(users.some(({ displayName }) => displayName === null)).toBe(true)
    expect(users.some(({ displayName }) => /[äöüß]/.test(displayName ?? ''))).toBe(true)
    expect(users.some(({ displayName }) => (displayName?.length ?? 0) > 60)).toBe(true)
    expect(
      new Set(users.map(({ userPrincipalName }) => userPrincipalName.toLowerCase())).size,
    ).toBe(250)
  })

  it('has what an organization maps attributes from', () => {
    const { users } = make()
    const share = (name: keyof (typeof users)[number]) =>
      users.filter((user) => user[name] !== undefined && user[name] !== null).length / users.length

    for (const name of [
      'city',
      'state',
      'streetAddress',
      'employeeType',
      'employeeOrgData',
    ] as const)
      expect(share(name)).toBeGreaterThan(0.5)
    for (const name of ['onPremisesImmutableId', 'onPremisesExtensionAttributes'] as const)
      expect(share(name)).toBeGreaterThan(0.1)
    expect(users.some(({ employeeOrgData }) => employeeOrgData?.costCenter === 'KST-4000')).toBe(
      true,
    )
    expect(
      users.some(
        (user) => user.onPremisesExtensionAttributes?.extensionAttribute15 === 'kein Gerät',
      ),
    ).toBe(true)
  })

  it('has devices of every trust type, managed ones and owners', () => {
    const directory = make()
    const { devices } = directory

    expect(new Set(devices.map(({ trustType }) => trustType))).toEqual(
      new Set(['AzureAd', 'ServerAd', 'Workplace']),
    )
    expect(devices.some((device) => device.complianceExpirationDateTime)).toBe(true)
    expect(devices.some((device) => device.onPremisesSyncEnabled)).toBe(true)
    expect(devices.filter(({ id }) => directory.owner(id)).length).toBe(50)
  })

  it('has the awkward groups', () => {
    const directory = make()
    const by = (name: string) => directory.groups.find(({ mailNickname }) => mailNickname === name)
    const kinds = (name: string) =>
      new Set(directory.members(by(name)?.id ?? '').map(({ kind }) => kind))

    expect(by('projekt-leuchtturm')).toMatchObject({ groupTypes: ['Unified'] })
    expect(by('all-staff')).toMatchObject({
      groupTypes: ['DynamicMembership'],
      membershipRuleProcessingState: 'On',
    })
    expect(by('verteiler-presse')).toMatchObject({ mailEnabled: true, securityEnabled: false })
    expect(by('sicherheit-mail')).toMatchObject({ mailEnabled: true, securityEnabled: true })
    expect(by('betriebsrat')).toMatchObject({ visibility: 'HiddenMembership' })
    expect(kinds('leer').size).toBe(0)
    expect(kinds('frontend')).toEqual(new Set(['user', 'group']))
    expect(kinds('kiosk-pcs')).toEqual(new Set(['device']))
    expect(kinds('dienste')).toEqual(new Set(['servicePrincipal', 'device', 'user']))
    expect(kinds('verteiler-presse')).toEqual(new Set(['user', 'orgContact']))
  })
})
