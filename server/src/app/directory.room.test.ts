import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { asToken, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const DIRECTORY = '/api/v1/organizations/default/directory'

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
let headers: { authorization: string }

beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
  headers = await asToken(parts, 'helpdesk')
  const rows = directoryRows(parts.db, (await loadHomeOrganization(parts.db)).id)
  await rows.user(1, 'Ada')
  await rows.run('run_a')
  await rows.changes('directory_changes', 'run_a', 1, {
    change: 'updated',
    entra_id: guid(1),
    fields: { jobTitle: [null, '=HYPERLINK("http://evil.example")'] },
  })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const get = (path: string, language = 'en') =>
  app.inject({ url: DIRECTORY + path, headers: { ...headers, 'accept-language': language } })

test('what a run changed comes as CSV that a spreadsheet does not calculate with', async () => {
  const answer = await get('/sync-runs/run_a/changes.csv')

  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(answer.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  expect(answer.body).toContain(`Ada,,,,jobTitle,,"'=HYPERLINK(""http://evil.example"")"\r\n`)
})

test('a run that is over is told once to whoever watches it, and the stream ends', async () => {
  const answer = await get('/sync-runs/run_a/events')

  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  const [retry, , name, data, ...rest] = answer.body.split('\n')
  expect([retry, name, rest]).toEqual(['retry: 250', 'event: run', ['', '']])
  expect(JSON.parse(data?.replace(/^data: /, '') ?? '')).toMatchObject({
    id: 'run_a',
    state: 'succeeded',
  })
})

describe('what does not exist', () => {
  test.each(['changes', 'changes.csv', 'events'])(
    'is told before anything of %s is sent',
    async (what) => {
      const answer = await get(`/sync-runs/run_b/${what}`, 'de')

      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toMatchObject({ code: 'syncRunMissing' })
      expect(answer.headers['content-language']).toBe('de')
    },
  )
})

test.each([
  '/users/usr_1/changes',
  '/users/usr_1/groups',
  '/standing',
  '/problems',
  '/users/usr_1',
])('%s keeps to what the contract promises', async (path) => {
  const answer = await get(path)

  expect(answer.statusCode).toBe(200)
})

test('the overview tells how each kind of object stands', async () => {
  const auditor = await asToken(parts, 'auditor')
  const answer = await app.inject({
    url: '/api/v1/organizations/default/overview',
    headers: auditor,
  })

  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    counts: { users: 1, devices: 0 },
    standing: [{ stream: 'users', state: 'off' }, { stream: 'groups' }, { stream: 'devices' }],
  })
})
