import { type Emulator, startEmulator } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { systemClock } from '../platform/clock.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { openEntraParts } from './entra-parts.ts'
import { defineJobs } from './jobs.ts'
import { toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

// The rules of the synchronisation through the front door: look, try out, save, and choose groups.

const database = await testDatabase()
let emulator: Emulator
let api: ReturnType<typeof testApi>
let entra: ReturnType<typeof openEntraParts>
const ORG = '/api/v1/organizations/default'

beforeAll(async () => {
  emulator = await startEmulator({ users: 30, groups: 8 })
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
  emulator.trouble.clear()
  const home = await loadHomeOrganization(api.parts.db)
  await checkMasterKey(api.parts.db, home.id, api.parts.keys.ring())
})
afterAll(async () => {
  await api.jobs.stop()
  await entra.http.close()
  await api[Symbol.asyncDispose]()
  await emulator.stop()
  await database[Symbol.asyncDispose]()
})

type Asked = { payload?: object; role?: 'owner' | 'auditor'; language?: string }

async function call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, asked: Asked = {}) {
  const { payload, role = 'owner', language = 'en' } = asked
  const headers = { ...(await asToken(api.parts, role)), 'accept-language': language }
  const answer = await api.app.inject({
    method,
    url: ORG + path,
    headers,
    ...(payload ? { payload } : {}),
  })
  return { status: answer.statusCode, json: answer.body ? answer.json() : undefined }
}

async function connect() {
  const saved = await call('PUT', '/entra/connection', {
    payload: {
      tenantId: emulator.tenant.id,
      clientId: emulator.app.clientId,
      credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2030-01-31' },
      syncUsers: true,
      syncGroups: true,
    },
  })
  expect(saved.json).toMatchObject({ tenantId: emulator.tenant.id })
}

/** The settings as they are given back to be saved. */
async function present() {
  const { scopeGroups, nextRunAt, leftOut, updatedAt, updatedBy, ...settings } = (
    await call('GET', '/directory/settings')
  ).json
  return settings
}

test('who looks at the rules sees what holds, and when the next run comes', async () => {
  const before = await call('GET', '/directory/settings', { role: 'auditor' })
  await connect()
  const after = await call('GET', '/directory/settings', { role: 'auditor' })

  expect(before.json).toMatchObject({
    schedule: { kind: 'every', minutes: 15 },
    scope: { kind: 'all' },
    guests: 'exclude',
    nextRunAt: null,
    leftOut: [],
    updatedAt: null,
  })
  expect(Date.parse(after.json.nextRunAt)).toBeGreaterThan(systemClock.now().getTime())
})

test('what is saved is carried out, and tells whom it leaves out', async () => {
  await connect()
  const group = emulator.directory.groups.find(
    ({ id }) => emulator.directory.members(id).length > 0,
  )
  const scope = { kind: 'groups', groups: [{ entraId: group?.id, transitive: true }] }
  await call('POST', '/directory/sync-runs', { payload: {} })
  await api.jobs.runDue()

  const payload = { ...(await present()), scope }
  const preview = await call('POST', '/directory/settings/preview', { payload })
  const saved = await call('PUT', '/directory/settings', { payload })
  await api.jobs.runDue()

  expect(preview.status).toBe(200)
  expect(preview.json).toMatchObject({ needsFullRead: false, run: { dryRun: true } })
  expect(saved.json).toMatchObject({
    scope,
    scopeGroups: [{ entraId: group?.id, displayName: group?.displayName, state: 'present' }],
  })
  const runs = await call('GET', '/directory/sync-runs')
  expect(runs.json.items.map(({ trigger }: { trigger: string }) => trigger)).toContain('settings')
})

test('other attributes are told to need a full read', async () => {
  await connect()
  const payload = { ...(await present()), attributes: ['mail'] }

  const preview = await call('POST', '/directory/settings/preview', { payload })

  expect(preview.json.needsFullRead).toBe(true)
})

test('what cannot be is refused with every field, in the reader\u2019s language', async () => {
  const schedule = { kind: 'cron', expression: '* * * * *', timeZone: 'Mars/Olympus' }
  const payload = { ...(await present()), schedule }

  const refused = await call('PUT', '/directory/settings', { payload, language: 'de' })

  expect(refused.status).toBe(422)
  expect(refused.json.errors).toEqual([
    {
      path: 'schedule.expression',
      message: 'Lassen Sie mindestens 5 Minuten zwischen zwei Läufen.',
    },
    {
      path: 'schedule.timeZone',
      message: 'Diese Zeitzone gibt es nicht. Verwenden Sie einen Namen wie Europe/Berlin.',
    },
  ])
})

test('only who may configure saves, tries out and searches', async () => {
  const payload = await present()

  const answers = [
    await call('PUT', '/directory/settings', { payload, role: 'auditor' }),
    await call('POST', '/directory/settings/preview', { payload, role: 'auditor' }),
    await call('GET', '/directory/entra-groups?search=a', { role: 'auditor' }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
})

test('groups are looked for in Entra, and its refusals told in plain words', async () => {
  const unconnected = await call('GET', '/directory/entra-groups?search=a')
  await connect()
  const name = emulator.directory.groups[0]?.displayName ?? ''
  const found = await call('GET', `/directory/entra-groups?search=${encodeURIComponent(name)}`)
  const body = { error: { code: 'Authorization_RequestDenied' } }
  emulator.trouble.add({ path: '/v1.0/groups', fault: { kind: 'answer', status: 403, body } })
  const refused = await call('GET', '/directory/entra-groups?search=a')

  expect([unconnected.status, unconnected.json.code]).toEqual([409, 'connectionMissing'])
  expect(found.json.items.map((group: { displayName: string }) => group.displayName)).toContain(
    name,
  )
  expect([refused.status, refused.json.code]).toEqual([502, 'microsoftRefused'])
  expect(refused.json.detail).toContain('Group.Read.All')
  expect(refused.json.title + refused.json.detail + refused.json.remedy).not.toMatch(/[{}]/)
})

test('Graph\u2019s door is open to a handshake without signing in', async () => {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/graph/v1/notifications?validationToken=hello',
    headers: { 'content-type': 'text/plain' },
  })

  expect([answer.statusCode, answer.body]).toEqual([200, 'hello'])
})

test('removing the connection ends what Microsoft was asked to tell', async () => {
  await connect()
  await api.jobs.send('change-notifications.keep', {})
  // Nobody listens here, so Graph makes none; the place is there, and goes with the connection.
  await api.jobs.runDue()
  const count = () =>
    api.parts.db
      .selectFrom('change_subscriptions')
      .select('state')
      .where('organization_id', '=', home.id)
      .execute()
  const home = await loadHomeOrganization(api.parts.db)
  expect(await count()).toHaveLength(2)

  expect((await call('DELETE', '/entra/connection?confirm=default')).status).toBe(204)

  expect(await count()).toEqual([])
})
