import { type Emulator, startEmulator } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { systemClock } from '../platform/clock.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { openEntraParts } from './entra-parts.ts'
import { defineJobs } from './jobs.ts'
import { toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

// The way of a script through the API: connect, check, synchronise, look, turn off, remove.

const database = await testDatabase()
let emulator: Emulator
let api: ReturnType<typeof testApi>
let entra: ReturnType<typeof openEntraParts>
const ORG = '/api/v1/organizations/default'

beforeAll(async () => {
  emulator = await startEmulator({ users: 50, groups: 12 })
  const env = {
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
  }
  api = testApi(database.database, systemClock, { env })
  entra = openEntraParts(api.parts)
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, entra))
  await api.jobs.start(false)
})
beforeEach(async () => {
  await database.truncate()
  await checkMasterKey(
    api.parts.db,
    (await loadHomeOrganization(api.parts.db)).id,
    api.parts.keys.ring(),
  )
})
afterAll(async () => {
  await api.jobs.stop()
  await entra.http.close()
  await api[Symbol.asyncDispose]()
  await emulator.stop()
  await database[Symbol.asyncDispose]()
})

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'

async function call(method: Method, path: string, payload?: object, language = 'en') {
  const headers = { ...(await asToken(api.parts, 'owner')), 'accept-language': language }
  const answer = await api.app.inject({
    method,
    url: ORG + path,
    headers,
    ...(payload ? { payload } : {}),
  })
  return {
    status: answer.statusCode,
    json: answer.body ? answer.json() : undefined,
    body: answer.body,
  }
}

const connection = (more: object = {}) => ({
  tenantId: emulator.tenant.id,
  clientId: emulator.app.clientId,
  credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2030-01-31' },
  syncUsers: true,
  syncGroups: true,
  ...more,
})

/** Asks for a run, and lets its job do it. */
async function synchronise() {
  const started = await call('POST', '/directory/sync-runs', {})
  expect(started.status).toBe(202)
  await api.jobs.runDue()
  return (await call('GET', `/directory/sync-runs/${started.json.id}`)).json
}

const total = async (what: 'users' | 'groups') => (await call('GET', `/directory/${what}`)).json

describe('a connection', () => {
  test('is saved, told without its secret, checked and removed', async () => {
    expect((await call('GET', '/entra/connection')).status).toBe(404)

    const saved = await call('PUT', '/entra/connection', connection())
    const read = await call('GET', '/entra/connection')
    const checked = await call('POST', '/entra/connection/check')

    expect(saved.status).toBe(200)
    expect(read.json.credential).toMatchObject({
      kind: 'secret',
      hint: emulator.app.secret.slice(-4),
    })
    expect(saved.body + read.body + checked.body).not.toContain(emulator.app.secret)
    expect(checked.json).toMatchObject({ state: 'warning' })
    expect((await call('DELETE', '/entra/connection?confirm=wrong')).json.code).toBe(
      'confirmationWrong',
    )
    expect((await call('DELETE', '/entra/connection?confirm=default')).status).toBe(204)
    expect((await call('GET', '/entra/connection')).status).toBe(404)
  })

  test.each([
    [{ tenantId: 'x' }, 'tenantId', /GUID|ID/],
    [
      { credential: { kind: 'secret', value: '8f1d1cb0-7b0f-4a3c-9b0a-2f8a6f4e1d11' } },
      'credential.value',
      /Value/,
    ],
    [{ credential: { kind: 'secret', value: 'x ' } }, 'credential.value', /blank|space/i],
    [{ syncUsers: 1 }, 'syncUsers', /./],
  ])('with %j is refused at %s, in words', async (wrong, path, sentence) => {
    const answer = await call('PUT', '/entra/connection', connection(wrong))

    expect(answer.status).toBe(422)
    expect(answer.json.errors).toEqual([{ path, message: expect.stringMatching(sentence) }])
    expect((await call('GET', '/entra/connection')).status).toBe(404)
  })

  test('speaks the language of who asks', async () => {
    await call(
      'PUT',
      '/entra/connection',
      connection({ credential: { kind: 'secret', value: 'wrong-secret' } }),
    )

    const [english, german] = [
      await call('POST', '/entra/connection/check', undefined, 'en'),
      await call('POST', '/entra/connection/check', undefined, 'de-AT,de;q=0.9'),
    ]

    const tokens = [english, german].map(({ json }) =>
      json.checks.find((check: { id: string }) => check.id === 'token'),
    )
    expect(tokens.map((check) => check.code)).toEqual(['AADSTS7000215', 'AADSTS7000215'])
    expect(tokens[0].detail).not.toBe(tokens[1].detail)
    expect(tokens[0].remedy).toBeTruthy()
  })

  test('to another tenant is refused while people of this one are here', async () => {
    await call('PUT', '/entra/connection', connection())
    await synchronise()

    const { tenant, app } = emulator.other
    const credential = { kind: 'secret', value: app.secret }
    const answer = await call(
      'PUT',
      '/entra/connection',
      connection({ tenantId: tenant.id, clientId: app.clientId, credential }),
    )

    expect([answer.status, answer.json.code]).toEqual([409, 'tenantHasData'])
  })

  test('to another tenant is refused while a first run may be about to bring people of this one', async () => {
    await call('PUT', '/entra/connection', connection())
    await call('POST', '/directory/sync-runs', {})
    const { tenant, app } = emulator.other
    const credential = { kind: 'secret', value: app.secret }
    const other = connection({ tenantId: tenant.id, clientId: app.clientId, credential })

    const refused = await call('PUT', '/entra/connection', other)
    const sameTenant = await call('PUT', '/entra/connection', connection())
    await api.jobs.runDue()

    expect([refused.status, refused.json.code]).toEqual([409, 'syncUnderWay'])
    expect(sameTenant.status).toBe(200)
  })

  test('to another tenant is saved once everything of this one was removed', async () => {
    await call('PUT', '/entra/connection', connection())
    await synchronise()
    const off = { syncUsers: false, syncGroups: false }
    await call('PUT', '/entra/connection', connection(off))
    await call('DELETE', '/directory/users?confirm=default')
    await call('DELETE', '/directory/groups?confirm=default')
    const { tenant, app } = emulator.other
    const credential = { kind: 'secret', value: app.secret }

    const answer = await call(
      'PUT',
      '/entra/connection',
      connection({ tenantId: tenant.id, clientId: app.clientId, credential }),
    )

    expect(answer.status).toBe(200)
  })
})

/** Guests are left out unless an administrator lets them in. */
const insiders = () => emulator.directory.users.filter((user) => user.userType !== 'Guest')

describe('switches', () => {
  test('turned off keep what is here, say so, and let it be removed', async () => {
    await call('PUT', '/entra/connection', connection())
    await synchronise()
    const people = insiders().length
    expect(await total('users')).toMatchObject({ total: people, completeness: 'complete' })
    expect((await call('DELETE', '/directory/users?confirm=default')).json.code).toBe(
      'stillSynchronised',
    )

    await call('PUT', '/entra/connection', connection({ credential: undefined, syncUsers: false }))
    emulator.directory.updateUser(emulator.directory.users[0]?.id ?? '', {
      displayName: 'Changed Meanwhile',
    })
    await synchronise()

    expect(await total('users')).toMatchObject({ total: people, completeness: 'switchedOff' })
    expect((await call('GET', '/directory/users?search=meanwhile')).json.total).toBe(0)
    const { attention } = (await call('GET', '/overview')).json
    expect(attention.map((item: { code: string }) => item.code)).toContain('switchedOffWithData')
    expect((await call('DELETE', '/directory/users?confirm=no')).json.code).toBe(
      'confirmationWrong',
    )
    expect((await call('DELETE', '/directory/users?confirm=default')).json).toEqual({
      removed: people,
    })
    expect((await total('users')).total).toBe(0)
    expect((await total('groups')).total).toBe(emulator.directory.groups.length)
  })

  test('stay on while groups decide who is synchronised', async () => {
    await call('PUT', '/entra/connection', connection())
    const {
      updatedAt: _at,
      updatedBy: _by,
      ...settings
    } = (await call('GET', '/directory/settings')).json
    const groups = [{ entraId: emulator.directory.groups[0]?.id, transitive: true }]
    const { nextRunAt: _next, leftOut: _out, scopeGroups: _groups, ...input } = settings
    const scoped = await call('PUT', '/directory/settings', {
      ...input,
      scope: { kind: 'groups', groups },
    })
    expect(scoped.status).toBe(200)
    await api.jobs.runDue()

    const refused = await call('PUT', '/entra/connection', connection({ syncGroups: false }))
    const secret = await call('PUT', '/entra/connection', connection())
    await call('PUT', '/directory/settings', { ...input, scope: { kind: 'all' } })
    await api.jobs.runDue()
    const off = await call('PUT', '/entra/connection', connection({ syncGroups: false }))

    expect([refused.status, refused.json.code]).toEqual([409, 'chosenByGroups'])
    expect(refused.json.remedy).toMatch(/scope/)
    expect([secret.status, off.status]).toEqual([200, 200])
  })

  test('turned on again bring everything back, once', async () => {
    await call('PUT', '/entra/connection', connection())
    await synchronise()
    await call('PUT', '/entra/connection', connection({ credential: undefined, syncUsers: false }))
    await call('DELETE', '/directory/users?confirm=default')

    await call('PUT', '/entra/connection', connection({ credential: undefined }))
    const run = await synchronise()

    expect(run).toMatchObject({
      state: 'succeeded',
      counts: { users: { created: insiders().length } },
    })
    expect((await total('users')).total).toBe(insiders().length)
  })
})

describe('what is synchronised', () => {
  test('cannot be edited: no endpoint changes a person or a group', async () => {
    await call('PUT', '/entra/connection', connection())
    await synchronise()
    const { id } = (await total('users')).items[0]

    for (const method of ['PUT', 'PATCH', 'POST'] as const) {
      expect([404, 405]).toContain(
        (await call(method, `/directory/users/${id}`, { displayName: 'x' })).status,
      )
    }
  })

  test('before the first run is through says that it is not whole', async () => {
    expect(await total('users')).toMatchObject({ total: 0, completeness: 'switchedOff' })
    await call('PUT', '/entra/connection', connection())

    expect(await total('users')).toMatchObject({ total: 0, completeness: 'neverSynchronised' })
    expect((await call('GET', '/overview')).json).toMatchObject({ state: 'connecting' })
  })
})

test('a second run is refused while one is under way, and a queued one can be stopped', async () => {
  await call('PUT', '/entra/connection', connection())
  const first = await call('POST', '/directory/sync-runs', {})

  expect((await call('POST', '/directory/sync-runs', {})).json.code).toBe('syncUnderWay')
  expect((await call('DELETE', '/entra/connection?confirm=default')).json.code).toBe('syncUnderWay')
  expect((await call('POST', `/directory/sync-runs/${first.json.id}/cancel`)).json.state).toBe(
    'cancelled',
  )
  expect((await call('POST', `/directory/sync-runs/${first.json.id}/cancel`)).json.code).toBe(
    'syncRunOver',
  )
  expect((await call('POST', '/directory/sync-runs', {})).status).toBe(202)
})
