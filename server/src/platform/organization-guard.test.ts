import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from './database.ts'

const database = await openDatabase({ kind: 'embedded', folder: 'memory' })
afterAll(() => database.close())
const { db } = database
const org = 'org_1'
const refused = /names organization_id/

// None of the tables exists here: a query that passes the guard fails at the database instead.
const passes = /relation .* does not exist/

test('a query that does not name the organization never reaches the database', async () => {
  await expect(db.selectFrom('directory_users').selectAll().execute()).rejects.toThrow(refused)
  await expect(db.deleteFrom('directory_users').where('id', '=', 'x').execute()).rejects.toThrow(
    refused,
  )
  await expect(db.updateTable('directory_users').set({ mail: 'x' }).execute()).rejects.toThrow(
    refused,
  )
})

test('selecting the column is no condition', async () => {
  await expect(
    db.selectFrom('directory_users').select('organization_id').execute(),
  ).rejects.toThrow(refused)
})

test('each joined table must be tied to the organization', async () => {
  const join = db
    .selectFrom('directory_users as u')
    .innerJoin('directory_memberships as m', 'm.member_entra_id', 'u.entra_id')
    .selectAll()
    .where('u.organization_id', '=', org)

  await expect(join.execute()).rejects.toThrow(refused)
})

test('a join by the organization alone, without a value, is refused', async () => {
  const join = db
    .selectFrom('directory_users as u')
    .innerJoin('directory_memberships as m', (on) =>
      on
        .onRef('m.organization_id', '=', 'u.organization_id')
        .onRef('m.member_entra_id', '=', 'u.entra_id'),
    )
    .selectAll()

  await expect(join.execute()).rejects.toThrow(refused)
  await expect(join.where('u.organization_id', '=', org).execute()).rejects.toThrow(passes)
})

test('a subquery is judged by itself', async () => {
  const query = db
    .selectFrom('directory_users')
    .selectAll()
    .where('organization_id', '=', org)
    .where('organization_id', '=', org)
    .where((is) => is.exists(is.selectFrom('directory_groups').select('id')))

  await expect(query.execute()).rejects.toThrow(refused)
})

test('written SQL must name it for the tables it builds in', async () => {
  await expect(sql`select * from ${sql.table('directory_users')}`.execute(db)).rejects.toThrow(
    refused,
  )
})

test('written SQL must name it for each table in its text', async () => {
  const one = sql`select * from directory_users as u join directory_groups as g on true
    where u.organization_id = ${org}`

  await expect(one.execute(db)).rejects.toThrow(refused)
  await expect(sql`delete from directory_memberships`.execute(db)).rejects.toThrow(refused)
})

test('what names the organization passes', async () => {
  const query = db.selectFrom('directory_users').selectAll().where('organization_id', '=', org)

  await expect(query.execute()).rejects.toThrow(passes)
})
