import { sql } from 'kysely'
import { afterAll, beforeEach, expect, inject, test } from 'vitest'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import { testDatabase } from './database.ts'

const database = await testDatabase()
const db = acrossOrganizations(database.db)
beforeEach(() => database.truncate())
afterAll(() => database[Symbol.asyncDispose]())

const slugs = async () => {
  const { rows } = await sql<{
    slug: string
  }>`select slug from organizations order by slug`.execute(db)
  return rows.map((row) => row.slug)
}

test('the database is of the kind that the project asks for', () => {
  expect(database.kind).toBe(inject('databaseKind'))
})

test('a test file finds what the migrations left', async () => {
  expect(await slugs()).toEqual(['default'])
})

test('truncating forgets what a test wrote and brings back what the migrations left', async () => {
  await sql`delete from organizations`.execute(db)
  await sql`insert into organizations (id, slug, name) values ('org_1', 'other', 'Other')`.execute(
    db,
  )

  await database.truncate()

  expect(await slugs()).toEqual(['default'])
})
