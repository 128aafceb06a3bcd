import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueAccessToken } from '../entra/access-token.ts'
import { type Emulator, startEmulator } from '../index.ts'
import { fetchAnswer, makeClient, type TestClient } from '../testing/client.ts'

let emulator: Emulator
let client: TestClient
const eventual = { headers: { consistencylevel: 'eventual' } }

beforeAll(async () => {
  emulator = await startEmulator({
    users: 130,
    groups: 30,
    now: () => new Date('2026-11-25T08:00:00Z'),
  })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

const query = (path: string, options: Record<string, string>) =>
  `${path}?${new URLSearchParams(options)}`
const groupBy = (mailNickname: string) =>
  emulator.directory.groups.find((group) => group.mailNickname === mailNickname)?.id ?? ''

describe('a list', () => {
  it('comes in pages of $top with opaque links that keep the query', async () => {
    const first = await client.graph('/users?$top=50&$select=id,displayName')
    const second = await client.graph(first.body['@odata.nextLink'])
    const third = await client.graph(second.body['@odata.nextLink'])

    expect([first, second, third].map(({ body }) => body.value.length)).toEqual([50, 50, 30])
    expect(Object.keys(second.body.value[0])).toEqual(['id', 'displayName'])
    expect(third.body).not.toHaveProperty('@odata.nextLink')
  })

  it('has 100 objects a page without $top', async () => {
    expect((await client.graph('/users')).body.value).toHaveLength(100)
  })

  it.each(['0', '1000', 'x'])('refuses $top=%s', async (top) => {
    expect((await client.graph(`/users?$top=${top}`)).status).toBe(400)
  })

  it('refuses a token of another collection', async () => {
    const { body } = await client.graph('/users?$top=5')
    const token = new URL(body['@odata.nextLink']).searchParams.get('$skiptoken')

    expect((await client.graph(`/groups?$top=5&$skiptoken=${token}`)).status).toBe(400)
  })

  it('has null for what is not set, and an empty array for a collection', async () => {
    const guest = emulator.directory.users.find(
      ({ externalUserState }) => externalUserState === 'PendingAcceptance',
    )

    const { body } = await client.graph(`/users/${guest?.id}?$select=mail,imAddresses,faxNumber`)

    expect(body).toMatchObject({ mail: null, imAddresses: [], faxNumber: null })
  })
})

describe('$filter', () => {
  it.each([
    ["userType eq 'Guest'", (user: { userType?: string | null }) => user.userType === 'Guest'],
    [
      'accountEnabled eq false',
      (user: { accountEnabled?: boolean | null }) => user.accountEnabled === false,
    ],
    [
      "startswith(displayName,'j')",
      (user: { displayName?: string | null }) =>
        user.displayName?.toLowerCase().startsWith('j') === true,
    ],
    [
      "department in ('IT','Recht') and accountEnabled eq true",
      (user: { department?: string | null; accountEnabled?: boolean | null }) =>
        ['IT', 'Recht'].includes(user.department ?? '') && user.accountEnabled === true,
    ],
    [
      '(mail eq null) or (jobTitle eq null)',
      (user: { mail?: string | null; jobTitle?: string | null }) =>
        user.mail == null || user.jobTitle == null,
    ],
    [
      'createdDateTime ge 2019-06-01T00:00:00Z',
      (user: { createdDateTime?: string | null }) =>
        (user.createdDateTime ?? '') >= '2019-06-01T00:00:00Z',
    ],
  ])('%s finds what is meant', async (filter, matches) => {
    const { status, body } = await client.graph(
      query('/users', { $filter: filter, $top: '999', $select: 'id' }),
    )

    const expected = emulator.directory.users.filter(matches).map(({ id }) => id)
    expect(status).toBe(200)
    expect(expected.length).toBeGreaterThan(0)
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual(expected)
  })

  it('finds groups by their kind', async () => {
    const { body } = await client.graph(
      query('/groups', { $filter: "groupTypes/any(c:c eq 'Unified')" }),
    )

    expect(body.value.map(({ mailNickname }: { mailNickname: string }) => mailNickname)).toEqual([
      'projekt-leuchtturm',
      'betriebsrat',
    ])
  })

  it.each(["userType ne 'Guest'", "not(userType eq 'Guest')", "endswith(mail,'example')"])(
    '%s needs ConsistencyLevel and $count',
    async (filter) => {
      const path = query('/users', { $filter: filter, $count: 'true' })

      const without = await client.graph(path)
      const withHeader = await client.graph(path, eventual)

      expect(without).toMatchObject({
        status: 400,
        body: { error: { code: 'Request_UnsupportedQuery' } },
      })
      expect(withHeader.status).toBe(200)
      expect(withHeader.body['@odata.count']).toBeGreaterThan(100)
    },
  )

  it.each(['shoeSize eq 4', 'displayName eq', "displayName like 'x'", "(displayName eq 'x'"])(
    'refuses %s',
    async (filter) => {
      expect((await client.graph(query('/users', { $filter: filter }))).status).toBe(400)
    },
  )
})

describe('$count and $search', () => {
  it('count with the header, as a bare number', async () => {
    const refused = await client.graph('/users/$count')
    const counted = await client.graph('/users/$count', eventual)

    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: { code: 'Request_BadRequest', message: '$count is not currently supported.' },
      },
    })
    expect(counted.text).toBe('130')
    expect(counted.headers.get('content-type')).toContain('text/plain')
  })

  it('$count=true is silently ignored without the header', async () => {
    expect((await client.graph('/users?$count=true')).body).not.toHaveProperty('@odata.count')
  })

  it('$search goes with $top, $select and a count', async () => {
    const path = query('/groups', {
      $search: '"displayName:a"',
      $select: 'id,displayName',
      $top: '1',
      $count: 'true',
    })

    const { body } = await client.graph(path, eventual)

    expect(body.value).toHaveLength(1)
    expect(body['@odata.count']).toBeGreaterThan(1)
    expect(body['@odata.nextLink']).toContain('$skiptoken=')
  })

  it('$search finds by the beginning of a word, with the header only', async () => {
    const path = query('/groups', { $search: '"displayName:leucht"', $select: 'displayName' })

    const refused = await client.graph(path)
    const found = await client.graph(path, eventual)

    expect(refused.body.error.code).toBe('Request_UnsupportedQuery')
    expect(found.body.value.map(({ displayName }: { displayName: string }) => displayName)).toEqual(
      ['Projekt Leuchtturm'],
    )
  })
})

describe('members', () => {
  it('have their type; service principals are missing in v1.0', async () => {
    const { body } = await client.graph(`/groups/${groupBy('dienste')}/members`)

    expect(body.value.map((member: Record<string, string>) => member['@odata.type'])).toEqual([
      '#microsoft.graph.device',
      '#microsoft.graph.user',
    ])
  })

  it('that the app may not read have id and type, and null for the rest', async () => {
    const { body } = await client.graph(`/groups/${groupBy('verteiler-presse')}/members`)

    const contact = body.value.find(
      (member: Record<string, string>) => member['@odata.type'] === '#microsoft.graph.orgContact',
    )
    expect(contact.id).toBeTypeOf('string')
    expect(contact.displayName).toBeNull()
  })

  it('of a hidden group need Member.Read.Hidden', async () => {
    const path = `/groups/${groupBy('betriebsrat')}/members`
    const hidden = await client.graph(path)
    emulator.apps.grant(emulator.app.clientId, ['Member.Read.Hidden'])
    const shown = await (await makeClient(emulator)).graph(path)

    expect(hidden).toMatchObject({ status: 200, body: { value: [] } })
    expect(shown.body.value).toHaveLength(7)
  })

  it('of nested groups are found through a cycle, each once', async () => {
    const { body } = await client.graph(
      `/groups/${groupBy('platform')}/transitiveMembers?$select=id`,
    )

    const users = emulator.directory.users.slice(0, 6).map(({ id }) => id)
    const groups = [groupBy('backend'), groupBy('frontend')]
    expect(body.value.map(({ id }: { id: string }) => id).sort()).toEqual(
      [...users, ...groups].sort(),
    )
  })

  it('that are deleted are not listed, and come back on restore', async () => {
    const group = groupBy('platform')
    const [user] = emulator.directory.members(group)
    const ids = async () =>
      (await client.graph(`/groups/${group}/members?$select=id`)).body.value.map(
        ({ id }: { id: string }) => id,
      )

    emulator.directory.deleteUser(user?.id ?? '')
    const without = await ids()
    emulator.directory.restoreUser(user?.id ?? '')

    expect(without).not.toContain(user?.id)
    expect(await ids()).toContain(user?.id)
  })

  it('know the groups they are in', async () => {
    const user = emulator.directory.users[3]

    const { body } = await client.graph(`/users/${user?.id}/memberOf?$select=id`)

    const truth = emulator.directory.groups.filter(({ id }) =>
      emulator.directory.members(id).some((member) => member.id === user?.id),
    )
    expect(body.value.map(({ id }: { id: string }) => id).sort()).toEqual(
      truth.map(({ id }) => id).sort(),
    )
  })
})

describe('the groups of a user', () => {
  const path = () => `/users/${emulator.directory.users[3]?.id}/memberOf`

  it('come in pages, and by the cast as groups without a type each', async () => {
    const first = await client.graph(
      `${path()}/microsoft.graph.group?$select=id,displayName&$top=1`,
    )
    const second = await client.graph(first.body['@odata.nextLink'])
    const all = await client.graph(`${path()}/graph.group?$select=id`)

    expect(first.body['@odata.context']).toContain('$metadata#groups(id,displayName)')
    expect(Object.keys(first.body.value[0]).sort()).toEqual(['displayName', 'id'])
    expect(all.body.value.slice(0, 2).map(({ id }: { id: string }) => id)).toEqual([
      first.body.value[0].id,
      second.body.value[0].id,
    ])
  })

  it('can be searched by the cast only as an advanced query', async () => {
    const cast = `${path()}/microsoft.graph.group`
    const refused = await client.graph(`${cast}?$filter=securityEnabled eq true`)
    const found = await client.graph(
      `${cast}?$filter=securityEnabled eq true&$count=true`,
      eventual,
    )

    expect(refused.body.error.code).toBe('Request_UnsupportedQuery')
    expect(found.body['@odata.count']).toBe(found.body.value.length)
  })

  it('are not told of a soft-deleted or unknown user, nor is the user', async () => {
    const user = emulator.directory.users[3]?.id ?? ''
    const groups = path()
    emulator.directory.deleteUser(user)
    const answers = await Promise.all(
      [`/users/${user}?$select=id`, groups, `${groups}/graph.group`, '/users/nobody/memberOf'].map(
        (wanted) => client.graph(wanted),
      ),
    )
    emulator.directory.restoreUser(user)

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(answers[0]?.body.error.code).toBe('Request_ResourceNotFound')
  })
})

describe('a device', () => {
  it('has an owner, and is in groups, told by the cast too', async () => {
    const [device] = emulator.directory.devices
    const path = `/devices/${device?.id}`

    const owners = await client.graph(`${path}/registeredOwners?$select=id`)
    const users = await client.graph(`${path}/registeredUsers?$select=id`)
    const groups = await client.graph(`${path}/memberOf/microsoft.graph.group?$select=id`)

    expect(owners.body.value).toEqual([
      { '@odata.type': '#microsoft.graph.user', id: emulator.directory.owner(device?.id ?? '') },
    ])
    expect(users.body.value).toEqual(owners.body.value)
    expect(groups.body.value).toEqual([{ id: groupBy('kiosk-pcs') }])
  })
})

describe('the attributes of an organization', () => {
  const select = 'employeeType,employeeOrgData,onPremisesExtensionAttributes,streetAddress,state'

  it('are all shown in a list, the fifteen extension attributes of everybody', async () => {
    const { body } = await client.graph(`/users?$top=999&$select=${select}`)

    for (const user of body.value)
      expect(Object.keys(user.onPremisesExtensionAttributes)).toHaveLength(15)
    expect(Object.keys(body.value[1]).sort()).toEqual([...select.split(','), 'id'].sort())
  })

  it('are absent in a delta answer where they were never set, and told when they change', async () => {
    const first = await client.graph(`/users/delta?$select=${select}`)
    const [cloud, synced] = [first.body.value[0], first.body.value[2]]
    emulator.directory.updateUser(cloud.id, {
      onPremisesExtensionAttributes: { extensionAttribute3: 'Kran' },
    })

    const { body } = await client.graph(first.body['@odata.deltaLink'])

    expect(cloud).not.toHaveProperty('onPremisesExtensionAttributes')
    expect(synced.onPremisesExtensionAttributes.extensionAttribute1).toMatch(/^Hafen-/)
    expect(body.value).toMatchObject([
      { id: cloud.id, onPremisesExtensionAttributes: { extensionAttribute3: 'Kran' } },
    ])
  })
})

describe('deleted items', () => {
  it('list soft-deleted users for 30 days, under a freed name', async () => {
    const user = emulator.directory.addUser({
      userPrincipalName: 'gone@hafenstern.example',
      displayName: 'Gone',
    })
    emulator.directory.deleteUser(user.id)

    const { body } = await client.graph(
      '/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName,deletedDateTime',
    )
    emulator.clock.advance(31 * 86_400_000)
    const late = await (await makeClient(emulator)).graph('/directory/deletedItems/graph.user')
    emulator.clock.advance(-31 * 86_400_000)

    expect(body.value).toEqual([
      {
        id: user.id,
        userPrincipalName: `${user.id.replaceAll('-', '')}gone@hafenstern.example`,
        deletedDateTime: '2026-11-25T08:00:00Z',
      },
    ])
    expect(late.body.value).toEqual([])
    expect((await client.graph(`/users/${user.id}`)).status).toBe(404)
  })
})

describe('a token', () => {
  it.each([
    ['is missing', () => ''],
    ['is forged', () => `${client.token.slice(0, -6)}AAAAAA`],
    ['is changed', () => changeClaims({ roles: ['Directory.ReadWrite.All'] })],
    [
      'has no algorithm',
      () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${client.token.split('.')[1]}.`,
    ],
    ['is no token', () => 'abc'],
  ])('that %s is answered with 401 InvalidAuthenticationToken', async (_, token) => {
    const answer = await fetchAnswer(`${emulator.url}/v1.0/users`, {
      headers: { authorization: `Bearer ${token()}` },
    })

    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    })
  })

  it.each<[string, { audience?: string; tenantId?: string }]>([
    ['another resource', { audience: 'https://vault.azure.net' }],
    ['another port of this machine', { audience: 'http://localhost:1' }],
    ['a tenant that Graph does not know', { tenantId: '11111111-2222-4333-8444-555555555555' }],
  ])('for %s is refused, although its signature is right', async (_, change) => {
    const { world } = emulator
    const [tenant] = world.tenants
    const token = issueAccessToken({
      key: emulator.keys.current,
      tenant: { ...required(tenant), ...(change.tenantId ? { id: change.tenantId } : {}) },
      app: emulator.apps.get(emulator.app.clientId),
      appidacr: '1',
      audience: change.audience ?? emulator.url,
      now: emulator.clock.now(),
      lifetimeSeconds: 600,
      chance: world.chance,
      nonceHeader: true,
    })

    const answer = await fetchAnswer(`${emulator.url}/v1.0/users`, {
      headers: { authorization: `Bearer ${token}` },
    })

    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    })
  })

  it('that has expired is refused', async () => {
    emulator.clock.advance(3_600_000)
    const answer = await client.graph('/users')
    emulator.clock.advance(-3_600_000)

    expect(answer.status).toBe(401)
  })

  it('of the other tenant shows the other tenant', async () => {
    const { tenant, app, directory } = emulator.other
    const foreign = await makeClient({ ...emulator, tenant, app })

    const { body } = await foreign.graph('/users?$select=id')

    expect(body.value.map(({ id }: { id: string }) => id)).toEqual(
      directory.users.map(({ id }) => id),
    )
  })

  it('signed with a key that was removed is refused', async () => {
    const own = await startEmulator({ users: 5, groups: 2 })
    const before = await makeClient(own)
    await own.keys.rollOver({ overlap: false })

    const refused = await before.graph('/users')
    const renewed = await (await makeClient(own)).graph('/users')
    await own.stop()

    expect([refused.status, renewed.status]).toEqual([401, 200])
  })

  it.each([
    ['User.Read.All', '/users'],
    ['Group.Read.All', '/groups'],
    ['Group.Read.All', '/groups/delta'],
    ['Device.ReadWrite.All', '/devices'],
  ])('without %s may not read %s', async (permission, path) => {
    emulator.apps.revoke(emulator.app.clientId, [permission])
    const answer = await (await makeClient(emulator)).graph(path)
    emulator.apps.grant(emulator.app.clientId, [permission])

    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied' } },
    })
  })

  function required<T>(value: T | undefined): T {
    if (value === undefined) throw new Error('missing')
    return value
  }

  function changeClaims(claims: object): string {
    const [header, payload = '', signature] = client.token.split('.')
    const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims }
    return `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`
  }
})

describe('a path', () => {
  it.each([
    ['/nonsense', 'nonsense'],
    ['/users/x/nonsense', 'nonsense'],
    ['/me/events', 'me'],
  ])('%s that Graph does not have here is answered in Graph’s words', async (path, segment) => {
    const answer = await client.graph(path)

    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: { code: 'BadRequest', message: `Resource not found for the segment '${segment}'.` },
      },
    })
  })

  it('with a method that it does not have is answered with 405', async () => {
    expect((await client.graph('/users/delta', { method: 'DELETE' })).status).toBe(405)
  })

  it('answers with the ids of the request', async () => {
    const id = '539da3bd-942f-25db-636b-27f6f6e8eae4'

    const { headers } = await client.graph('/users?$top=1', {
      headers: { 'client-request-id': id },
    })

    expect(headers.get('client-request-id')).toBe(id)
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})
