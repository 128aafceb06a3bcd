import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { copyRows } from './copy.ts'
import { isUniqueViolation } from './database.ts'

const database = await testDatabase()
const { db } = database

beforeAll(async () => {
  await sql`
    create table copied (id int primary key, text text, texts text[], json jsonb, at timestamptz, flag boolean)`.execute(
    db,
  )
})
beforeEach(async () => {
  await sql`truncate copied`.execute(db)
})
afterAll(() => database[Symbol.asyncDispose]())

const COLUMNS = ['id', 'text', 'texts', 'json', 'at', 'flag']
const read = async () => (await sql`select * from copied order by id`.execute(db)).rows

test.each([
  ['an ordinary text', 'Anna Müller'],
  ['an empty text', ''],
  ['what means null when it is not a text', '\\N'],
  ['the end of all rows, in the older format', '\\.'],
  ['tabs and ends of lines', 'a\tb\nc\r\nd'],
  ['backslashes, quotes and braces', '\\n "x" {y} \\\\ \'z\', NULL'],
  ['letters beyond the first plane', '𝒜😀\u2028'],
])('%s comes back as it was', async (_what, text) => {
  const at = new Date('2026-11-02T08:00:00.123Z')
  const row = {
    id: 1,
    text,
    texts: [text, 'NULL', ''],
    json: { [`a${text}`]: text },
    at,
    flag: true,
  }
  await copyRows(db, 'copied', COLUMNS, [Object.values(row)])
  expect(await read()).toEqual([row])
})

test('what is null or not there is null, and no rows are no statement', async () => {
  await copyRows(db, 'copied', COLUMNS, [])
  await copyRows(db, 'copied', COLUMNS, [[1, null, undefined, null, null, false]])
  const nothing = { text: null, texts: null, json: null, at: null }
  expect(await read()).toEqual([{ id: 1, ...nothing, flag: false }])
})

test('rows of a transaction that fails are gone, and the connection can be used again', async () => {
  const failing = db.transaction().execute(async (tx) => {
    await copyRows(tx, 'copied', ['id'], [[1]])
    await copyRows(tx, 'copied', ['id'], [[2], [1]])
  })
  await expect(failing).rejects.toSatisfy(isUniqueViolation)
  expect(await read()).toEqual([])
  await db.transaction().execute((tx) => copyRows(tx, 'copied', ['id'], [[3]]))
  expect(await read()).toHaveLength(1)
})
