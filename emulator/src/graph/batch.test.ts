import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { fetchAnswer, makeClient, type TestClient } from '../testing/client.ts'

let emulator: Emulator
let client: TestClient

beforeAll(async () => {
  emulator = await startEmulator({ users: 40, groups: 20 })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

const send = (requests: object[]) =>
  client.graph('/$batch', {
    method: 'POST',
    body: JSON.stringify({ requests }),
    headers: { 'content-type': 'application/json' },
  })
const item = (id: number | string, url: string) => ({ id: String(id), method: 'GET', url })

describe('a batch', () => {
  it('answers every item as if it had come alone', async () => {
    const group = emulator.directory.groups[1]

    const { status, body } = await send([
      item(1, `/groups/${group?.id}/members?$select=id&$top=5`),
      item(2, '/users/nobody'),
      item(3, 'nonsense'),
    ])

    expect(status).toBe(200)
    expect(body.responses.map((response: { status: number }) => response.status)).toEqual([
      200, 404, 400,
    ])
    expect(body.responses[0].body.value).toHaveLength(5)
    expect(body.responses[0].body['@odata.nextLink']).toMatch(
      new RegExp(`^${emulator.url}/v1.0/groups/`),
    )
    expect(body.responses[0].headers['x-ms-resource-unit']).toBe('1')
    expect(body.responses[1].body.error.code).toBe('Request_ResourceNotFound')
  })

  it('throttles items one by one', async () => {
    emulator.trouble.add({
      path: '/v1.0/groups',
      nth: [2],
      fault: { kind: 'throttle', retryAfter: '3' },
    })

    const { status, body } = await send([
      item(1, '/groups?$top=1'),
      item(2, '/groups?$top=1'),
      item(3, '/groups?$top=1'),
    ])
    emulator.trouble.clear()

    expect(status).toBe(200)
    expect(body.responses.map((response: { status: number }) => response.status)).toEqual([
      200, 429, 200,
    ])
    expect(body.responses[1].headers['Retry-After']).toBe('3')
  })

  it('may come back in another order', async () => {
    emulator.scenario.shuffleBatch = true
    const ids = Array.from({ length: 20 }, (_, number) => String(number))

    const { body } = await send(ids.map((id) => item(id, '/users?$top=1')))
    emulator.scenario.shuffleBatch = false

    const answered = body.responses.map((response: { id: string }) => response.id)
    expect(answered).not.toEqual(ids)
    expect(answered.sort()).toEqual([...ids].sort())
  })

  it('fails what depends on a failed item', async () => {
    const { body } = await send([
      item('a', '/users/nobody'),
      { ...item('b', '/users?$top=1'), dependsOn: ['a'] },
    ])

    expect(body.responses[1].status).toBe(424)
  })

  it.each([
    ['more than 20 items', Array.from({ length: 21 }, (_, number) => item(number, '/users'))],
    ['ids that differ only in case', [item('a', '/users'), item('A', '/users')]],
    ['an absolute url', [item(1, 'https://graph.microsoft.com/v1.0/users')]],
    ['a body without content type', [{ ...item(1, '/users'), body: {} }]],
    ['no items', []],
  ])('with %s is refused', async (_, requests) => {
    expect((await send(requests)).status).toBe(400)
  })

  it('needs a token', async () => {
    const answer = await fetchAnswer(`${emulator.url}/v1.0/$batch`, { method: 'POST', body: '{}' })

    expect(answer.status).toBe(401)
  })

  it('writes the log for every item', async () => {
    emulator.log.clear()

    await send([item(1, '/users?$top=1'), item(2, '/groups?$top=1')])

    expect(emulator.log.entries().map(({ path, inBatch }) => [path, inBatch])).toEqual([
      ['/v1.0/$batch', false],
      ['/v1.0/users', true],
      ['/v1.0/groups', true],
    ])
  })
})
