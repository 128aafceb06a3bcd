import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { testDatabase } from '../../testing/database.ts'
import { migrate, NewerDatabase, pendingMigrations } from './migrate.ts'
import { acrossOrganizations } from './organization-guard.ts'

const test_ = await testDatabase()
beforeEach(() => test_.truncate())
afterAll(() => test_[Symbol.asyncDispose]())

test('a database of this version has nothing to do, however many processes ask', async () => {
  const ran = await Promise.all([
    migrate(test_.database, migrations),
    migrate(test_.database, migrations),
  ])

  expect(ran).toEqual([[], []])
  expect(await pendingMigrations(test_.database, migrations)).toEqual([])
})

test('a database that a newer server has used is refused with what to do, and left as it is', async () => {
  const db = acrossOrganizations(test_.db)
  await sql`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '')`.execute(
    db,
  )

  const refused = migrate(test_.database, migrations)

  await expect(refused).rejects.toThrow(NewerDatabase)
  await expect(refused).rejects.toThrow(/newer version of Mooring.*"9999-from-the-future".*backup/)
  await expect(pendingMigrations(test_.database, migrations)).rejects.toThrow(NewerDatabase)
  await sql`delete from kysely_migration where name = '9999-from-the-future'`.execute(db)
})
