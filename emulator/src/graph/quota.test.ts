import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { makeClient, type TestClient } from '../testing/client.ts'

let emulator: Emulator
let client: TestClient

beforeEach(async () => {
  await emulator?.stop()
  emulator = await startEmulator({
    users: 60,
    groups: 5,
    now: () => new Date('2026-11-25T08:00:00Z'),
  })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

describe('the cost in resource units', () => {
  const group = () => emulator.directory.groups[0]?.id
  it.each([
    ['/users', '2'],
    ['/users?$select=id', '1'],
    ['/users?$top=19', '1'],
    ['/users?$select=id&$top=19', '1'],
    ['/users?$top=20', '2'],
    ['/groups', '1'],
    ['/users/delta', '1'],
    ['members', '3'],
    ['members?$select=id', '2'],
    ['transitiveMembers', '5'],
  ])('of %s is %s', async (path, cost) => {
    const { headers } = await client.graph(
      path.startsWith('/') ? path : `/groups/${group()}/${path}`,
    )

    expect(headers.get('x-ms-resource-unit')).toBe(cost)
  })
})

describe('throttling', () => {
  it('warns above 80 %, refuses above the limit, and ends with the window', async () => {
    emulator.quota.limits.medium = 10
    const answers = []
    for (let number = 0; number < 11; number++) answers.push(await client.graph('/groups'))
    const throttled = answers[10]

    emulator.clock.advance(10_000)
    const after = await client.graph('/groups')

    expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(answers.map(({ headers }) => headers.get('x-ms-throttle-limit-percentage'))).toEqual([
      ...Array(7).fill(null),
      '0.80',
      '0.90',
      '1.00',
      '1.10',
    ])
    expect(throttled).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } })
    expect(throttled?.headers.get('retry-after')).toBe('10')
    expect(throttled?.headers.get('x-ms-throttle-scope')).toBe(
      `Tenant_Application/Read/${emulator.app.clientId}/${emulator.tenant.id}`,
    )
    expect(throttled?.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded')
    expect(after.status).toBe(200)
  })

  it('counts usage while throttled, and not at all when switched off', async () => {
    emulator.quota.limits.medium = 2
    for (let number = 0; number < 4; number++) await client.graph('/groups')
    const throttled = await client.graph('/groups')
    emulator.scenario.throttling = false

    expect(throttled.headers.get('x-ms-throttle-limit-percentage')).toBe('1.80')
    expect((await client.graph('/groups')).status).toBe(200)
  })
})
