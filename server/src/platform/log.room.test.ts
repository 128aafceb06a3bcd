import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { createLog } from './log.ts'

const database = await testDatabase()
afterAll(() => database[Symbol.asyncDispose]())

function listen() {
  const lines: string[] = []
  return { lines, log: createLog('debug', { write: (line) => lines.push(line) }) }
}

test('a query that fails leaves none of its values in the log', async () => {
  const { lines, log } = listen()
  const name = 'Planted Person'
  const insert = database.db
    .insertInto('directory_days')
    .values({ organization_id: 'org_none', day: name, users: 1, groups: 1, memberships: 1 })

  const error = await insert.execute().catch((caught: unknown) => caught)
  log.error({ err: error }, 'failed')
  log.error({ err: new Error('outer', { cause: error }) }, 'failed')
  log.error({ err: new AggregateError([error], 'several') }, 'failed')

  expect(error).toBeInstanceOf(Error)
  expect(lines).toHaveLength(3)
  expect(lines.join('')).not.toContain(name)
  expect(lines.join('')).toContain('the database answered 22')
})

test('a broken rule of the database is told by its name', async () => {
  const { lines, log } = listen()
  const insert = database.db.insertInto('directory_days').values({
    organization_id: 'org_planted',
    day: '2026-11-25',
    users: 1,
    groups: 1,
    memberships: 1,
  })

  log.error({ err: await insert.execute().catch((caught: unknown) => caught) }, 'failed')

  expect(lines[0]).toContain('directory_days_organization_id_fkey')
  expect(lines[0]).not.toContain('org_planted')
})

test('an error of our own keeps its message, its code and where it happened', () => {
  const { lines, log } = listen()

  log.error({ err: Object.assign(new Error('no such file'), { code: 'ENOENT', path: '/secret' }) })

  expect(lines[0]).toContain('no such file')
  expect(lines[0]).toContain('ENOENT')
  expect(lines[0]).toContain('log.room.test.ts')
  expect(lines[0]).not.toContain('/secret')
})

test('what is named like a secret is redacted, whoever passes it', () => {
  const { lines, log } = listen()

  log.info({ password: 'hunter2', request: { authorization: 'Bearer mor_x', a: { token: 't0p' } } })

  expect(lines[0]).not.toMatch(/hunter2|mor_x|t0p/)
})
