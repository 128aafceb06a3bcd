import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { control, makeClient, readClaims, requestToken } from '../testing/client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({
    users: 20,
    groups: 14,
    devices: 6,
    now: () => new Date('2026-11-25T08:00:00Z'),
  })
})

afterAll(() => emulator.stop())

describe('the control port', () => {
  it('lists its operations', async () => {
    const { body } = await control(emulator, 'GET', '/')

    expect(body.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining([
        '/scenario',
        '/faults',
        '/directory/users',
        '/apps',
        '/clock',
        '/log',
      ]),
    )
  })

  it('tells the tenants, and the truth of each', async () => {
    const tenants = await control(emulator, 'GET', '/tenants')
    const users = await control(emulator, 'GET', '/directory/users?tenant=other')

    expect(tenants.body).toMatchObject([
      { id: emulator.tenant.id, users: 20, groups: 14, devices: 6 },
      { id: emulator.other.tenant.id, users: 12 },
    ])
    expect(users.body).toEqual(JSON.parse(JSON.stringify(emulator.other.directory.users)))
  })

  it('flips a group, and tells who is in it however deep', async () => {
    const [outer, inner] = ['platform', 'leer'].map(
      (name) => emulator.directory.groups.find(({ mailNickname }) => mailNickname === name)?.id,
    )
    const path = (id = '') => `/directory/groups/${id}/transitive-members`
    const before = await control(emulator, 'GET', path(outer))

    const flipped = await control(emulator, 'POST', '/directory/flipDynamicGroup', [
      inner,
      { add: 20 },
    ])
    await control(emulator, 'POST', '/directory/addMember', [outer, inner])
    const after = await control(emulator, 'GET', path(outer))
    await control(emulator, 'POST', '/directory/removeMember', [outer, inner])
    await control(emulator, 'POST', '/directory/flipDynamicGroup', [inner, { remove: 20 }])

    expect(flipped.body.added).toHaveLength(20)
    expect([before.body.length, after.body.length]).toEqual([6, 20])
    expect((await control(emulator, 'GET', path(inner))).body).toEqual([])
  })

  it('changes the directory by the same functions as in-process', async () => {
    const added = await control(emulator, 'POST', '/directory/addUser', [
      { userPrincipalName: 'eva@hafenstern.example', displayName: 'Eva' },
    ])
    const group = emulator.directory.groups.find(({ mailNickname }) => mailNickname === 'leer')
    const joined = await control(emulator, 'POST', '/directory/addMember', [
      group?.id,
      added.body.id,
    ])
    const members = await control(emulator, 'GET', `/directory/groups/${group?.id}/members`)
    const deleted = await control(emulator, 'POST', '/directory/deleteUser', [added.body.id])
    const lost = await control(emulator, 'POST', '/directory/loseUsers', [10, 3])

    expect(joined.body).toEqual({ result: true })
    expect(members.body).toEqual([{ id: added.body.id, kind: 'user' }])
    expect(deleted.status).toBe(204)
    expect(lost.body).toHaveLength(2)
  })

  it('says why something cannot be', async () => {
    const [user] = emulator.directory.users
    const taken = await control(emulator, 'POST', '/directory/addUser', [
      { userPrincipalName: user?.userPrincipalName },
    ])
    const unknown = await control(emulator, 'POST', '/directory/deleteUser', ['nobody'])
    const noFunction = await control(emulator, 'POST', '/directory/constructor', [])
    const noOperation = await control(emulator, 'GET', '/nothing')
    const noMember = await control(emulator, 'PATCH', '/scenario', { speed: 1 })

    expect([taken, unknown, noFunction, noOperation, noMember].map(({ status }) => status)).toEqual(
      [409, 404, 404, 404, 400],
    )
    expect(unknown.body.error).toBe("no user with the id 'nobody'")
  })

  it('changes apps, scenario, quota, keys and clock', async () => {
    const { clientId } = emulator.app
    const secret = await control(emulator, 'POST', '/apps/addSecret', [
      clientId,
      { expiresAt: '2026-11-25T09:00:00Z' },
    ])
    await control(emulator, 'POST', '/apps/revoke', [clientId, ['Group.Read.All']])
    await control(emulator, 'PATCH', '/scenario', {
      tokenLifetimeSeconds: 600,
      delta: { pageSizes: [3] },
    })
    await control(emulator, 'PATCH', '/quota', { small: 1000 })
    const token = await requestToken(emulator, { client_secret: secret.body.value })
    const clock = await control(emulator, 'POST', '/clock', { advanceMs: 3_600_001 })
    const expired = await requestToken(emulator, { client_secret: secret.body.value })
    await control(emulator, 'POST', '/keys/roll-over', { overlap: true })

    expect(readClaims(token.body.access_token).roles).toEqual([
      'User.Read.All',
      'Device.ReadWrite.All',
    ])
    expect(token.body.expires_in).toBe(600)
    expect(clock.body).toEqual({ now: '2026-11-25T09:00:00.001Z' })
    expect(expired.body.error_codes).toEqual([7000222])
    expect(emulator.keys.published).toHaveLength(3)
    expect(emulator.scenario.delta).toMatchObject({ pageSizes: [3], memberSlice: 500 })
    expect(emulator.quota.limits.small).toBe(1000)
  })

  it('changes the manifest, and how loud the directory is', async () => {
    await control(emulator, 'POST', '/apps/update', [emulator.app.clientId, { isMdmApp: false }])
    await control(emulator, 'PATCH', '/directory', { announcePurgedMembers: false })
    const tokens = await control(emulator, 'GET', '/log/token-requests?windowMs=1000')

    expect(emulator.apps.get(emulator.app.clientId).isMdmApp).toBe(false)
    expect(emulator.directory.announcePurgedMembers).toBe(false)
    expect(tokens.body.result).toBeTypeOf('number')
  })

  it('adds fault rules, orders a resync, and shows the log', async () => {
    const client = await makeClient(emulator)
    const added = await control(emulator, 'POST', '/faults', {
      path: '/v1.0/users',
      count: 1,
      fault: { kind: 'html' },
    })
    await control(emulator, 'POST', '/resync/users')
    await control(emulator, 'DELETE', '/log')
    await client.graph('/users')
    const rules = await control(emulator, 'GET', '/faults')
    const log = await control(emulator, 'GET', '/log?side=graph&path=/v1.0/users')
    await control(emulator, 'DELETE', `/faults/${added.body.id}`)

    expect(rules.body).toMatchObject([{ id: added.body.id, struck: 1 }])
    expect(log.body).toMatchObject([{ path: '/v1.0/users', faults: ['html'] }])
    expect(emulator.trouble.rules).toEqual([])
  })
})
