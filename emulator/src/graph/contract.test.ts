/**
 * Every body is checked against the properties, types and nullability of Graph's v1.0 metadata,
 * and every path against the list of Graph's endpoints. Both lie beside the repository as
 * reference data; without them these checks are skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { makeClient, type TestClient } from '../testing/client.ts'
import { startReceiver } from '../testing/receiver.ts'
import { propertyTables } from './properties.ts'
import { graphRoutes } from './routes.ts'

const samples = new URL('../../../../shared/specs/samples/graph/', import.meta.url)
const isThere = existsSync(new URL('graph-v1-contract.json', samples))
if (!isThere)
  console.warn('skipped: the reference data of Graph’s metadata is not beside this repository')

type Property = { type: string; nullable: boolean }
type Type = {
  base?: string
  properties: Record<string, Property>
  navigation?: Record<string, string>
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, samples), 'utf8'))
const types: Record<string, Type> = isThere ? read('graph-v1-contract.json').types : {}
const endpoints: { path: string; version: string; select: boolean }[] = isThere
  ? read('graph-endpoints.json').endpoints
  : []

/**
 * In the API reference, "List a user's direct memberships" and "List group memberOf", and not in the
 * extract of the list.
 */
const documented = [
  '/users/{user-id}/memberOf/graph.group',
  '/groups/{group-id}/memberOf',
  '/groups/{group-id}/memberOf/graph.group',
]

let emulator: Emulator
let client: TestClient

beforeAll(async () => {
  emulator = await startEmulator({ users: 120, groups: 30 })
  emulator.apps.grant(emulator.app.clientId, ['Directory.Read.All', 'Member.Read.Hidden'])
  emulator.directory.deleteUser(emulator.directory.users[30]?.id ?? '')
  emulator.directory.deleteDevice(emulator.directory.devices[3]?.id ?? '', { soft: true })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

describe.skipIf(!isThere)('the contract of Graph v1.0', () => {
  it('has every endpoint that the emulator serves', () => {
    const known = new Set(
      endpoints.filter(({ version }) => version === 'v1.0').map(({ path }) => path),
    )
    // The list has what can be read; what else there is stands in the API reference.
    const served = graphRoutes.filter(({ method }) => method === 'GET').map(({ path }) => path)

    expect(served.filter((path) => !known.has(path) && !documented.includes(path))).toEqual([])
  })

  it('supports $select where the emulator does', () => {
    const withSelect = new Set(
      endpoints
        .filter(({ version, select }) => version === 'v1.0' && select)
        .map(({ path }) => path),
    )
    const served = graphRoutes
      .filter(({ method, path }) => method === 'GET' && !path.endsWith('/$count'))
      .map(({ path }) => path)
      .filter((path) => !documented.includes(path))

    expect(served.filter((path) => !withSelect.has(path))).toEqual([])
  })

  it.each(['user', 'group', 'device', 'servicePrincipal', 'organization'] as const)(
    'has every property of %s that can be selected',
    (type) => {
      const { usual, onRequest, elsewhere, collections } = propertyTables[type]
      const known = propertiesOf(type)
      const names = [...usual, ...onRequest, ...elsewhere]

      expect(names.filter((name) => !known[name])).toEqual([])
      expect(collections.filter((name) => !known[name]?.type.startsWith('Collection('))).toEqual([])
    },
  )

  it.each(['user', 'group', 'device'] as const)('leaves no property of %s out', (type) => {
    const { usual, onRequest, elsewhere } = propertyTables[type]
    const here = new Set([...usual, ...onRequest, ...elsewhere])

    expect(Object.keys(propertiesOf(type)).filter((name) => !here.has(name))).toEqual([])
  })

  const all = (type: 'user' | 'group' | 'device') =>
    [...propertyTables[type].usual, ...propertyTables[type].onRequest].join(',')
  it.each([
    ['user', '/users?$top=999'],
    ['user', `/users?$top=999&$select=${all('user')}`],
    ['user', '/users/delta'],
    ['user', `/users/delta?$select=${all('user')},manager`],
    ['user', '/directory/deletedItems/microsoft.graph.user'],
    ['group', '/groups?$top=999'],
    ['group', `/groups?$top=999&$select=${all('group')}`],
    ['group', '/groups/delta'],
    ['device', '/devices?$top=999'],
    ['device', '/devices/delta'],
    ['device', '/directory/deletedItems/graph.device'],
    ['organization', '/organization'],
  ])('fits every %s of %s', async (type, path) => {
    const { status, body } = await client.graph(path)

    expect(status).toBe(200)
    expect(body.value.length).toBeGreaterThan(0)
    expect(body.value.flatMap((item: object) => problemsOf(type, item))).toEqual([])
  })

  it('fits every member, whatever its type', async () => {
    const problems: string[] = []
    for (const { id } of emulator.directory.groups) {
      const { body } = await client.graph(`/groups/${id}/members`)
      for (const member of body.value)
        problems.push(...problemsOf(member['@odata.type'].split('.').at(-1), member))
    }

    expect(problems).toEqual([])
  })

  it('fits a subscription, and what is told to it', async () => {
    await using receiver = await startReceiver()
    emulator.scenario.subscriptions.automatic = false
    const made = await client.graph('/subscriptions', {
      method: 'POST',
      body: JSON.stringify({
        changeType: 'updated',
        resource: '/users',
        notificationUrl: receiver.url,
        expirationDateTime: new Date(emulator.clock.now().getTime() + 3_600_000),
        clientState: 'state',
      }),
    })
    emulator.directory.updateUser(emulator.directory.users[0]?.id ?? '', { jobTitle: 'Lotsin' })
    const [delivery] = await emulator.notifications.deliverNow()
    const { body: listed } = await client.graph('/subscriptions')
    await client.graph(`/subscriptions/${made.body.id}`, { method: 'DELETE' })

    expect(problemsOf('subscription', made.body)).toEqual([])
    expect(listed.value.flatMap((item: object) => problemsOf('subscription', item))).toEqual([])
    expect(delivery?.body.value.flatMap((item) => problemsOf('changeNotification', item))).toEqual(
      [],
    )
  })

  it.each([
    ['403-no-permission', '/organization'],
    ['400-delta-token-expired', 'expired'],
    ['501-property-not-in-directory', '/users?$select=aboutMe'],
    ['400-count-without-consistencylevel', '/users/$count'],
    ['400-search-without-consistencylevel', '/users?$search="displayName:a"'],
    ['429-throttled', 'throttled'],
  ])('prints the error %s as the emulator answers it', async (name, path) => {
    const sample = read('errors.json')[name]

    const { status, body } = await provoke(name, path)

    expect(status).toBe(sample.status)
    expect(body.error.code).toBe(sample.body.error.code)
    expect(body.error.message).toBe(sample.body.error.message)
    expect(Object.keys(body.error.innerError)).toEqual(
      expect.arrayContaining(Object.keys(sample.body.error.innerError ?? {})),
    )
  })
})

async function provoke(name: string, path: string) {
  if (name === '403-no-permission') {
    emulator.apps.revoke(emulator.app.clientId, ['Directory.Read.All'])
    const poor = await makeClient(emulator)
    emulator.apps.grant(emulator.app.clientId, ['Directory.Read.All'])
    return poor.graph(path)
  }
  if (path === 'throttled') {
    emulator.trouble.add({ count: 1, fault: { kind: 'throttle', retryAfter: '2.128' } })
    return client.graph('/users')
  }
  if (path === 'expired') {
    emulator.trouble.add({ count: 1, fault: { kind: 'expired-sync-state' } })
    return client.graph('/users/delta')
  }
  return client.graph(path)
}

function propertiesOf(type: string): Record<string, Property> {
  const found = types[type]
  if (!found) return {}
  const inherited = found.base ? propertiesOf(found.base) : {}
  return { ...inherited, ...found.properties, id: { type: 'Edm.String', nullable: false } }
}

/** What of an item is not in the metadata, or not of its type. */
function problemsOf(type: string, item: object): string[] {
  // The contract file has no orgContact; its few names are checked by the types in records.ts.
  if (type === 'orgContact' || '@removed' in item) return []
  const known = propertiesOf(type)
  return Object.entries(item).flatMap(([name, value]) => {
    if (name.startsWith('@odata.')) return []
    if (name.endsWith('@delta')) {
      return types[type]?.navigation?.[name.slice(0, -'@delta'.length)]
        ? []
        : [`${name} is no relation`]
    }
    const property = known[name]
    if (!property) return [`${type}.${name} is not in the metadata`]
    return isOfType(property, value)
      ? []
      : [`${type}.${name} = ${JSON.stringify(value)} is no ${property.type}`]
  })
}

function isOfType({ type, nullable }: Property, value: unknown): boolean {
  if (value === null) return nullable
  const element = /^Collection\((.+)\)$/.exec(type)?.[1]
  if (element !== undefined) {
    return (
      Array.isArray(value) &&
      value.every((entry) => isOfType({ type: element, nullable: false }, entry))
    )
  }
  switch (type) {
    case 'changeType':
      return ['created', 'updated', 'deleted'].includes(String(value))
    case 'Edm.String':
    case 'Edm.Binary':
      return typeof value === 'string'
    case 'Edm.Guid':
      return /^[0-9a-f-]{36}$/.test(String(value))
    case 'Edm.Boolean':
      return typeof value === 'boolean'
    case 'Edm.Int32':
      return Number.isInteger(value)
    case 'Edm.DateTimeOffset':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(value))
    default: {
      const complex = types[type]?.properties
      return (
        typeof value === 'object' &&
        Object.entries(value ?? {}).every(
          ([name, inner]) =>
            !complex || (complex[name] !== undefined && isOfType(complex[name], inner)),
        )
      )
    }
  }
}
