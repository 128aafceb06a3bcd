import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { PLANNED_EACH_TIME } from './planned-statements.ts'

const database = await testDatabase()
const { db } = database
const isPostgres = database.kind === 'postgres'

beforeEach(async () => {
  await sql`drop table if exists planned`.execute(db)
  await sql`create table planned (id int)`.execute(db)
  await sql`insert into planned values (1), (2)`.execute(db)
})
afterAll(() => database[Symbol.asyncDispose]())

/** On one and the same connection. */
const onOne = <T>(work: (one: typeof db) => Promise<T>) => db.connection().execute(work)

/** Each test reads with a text of its own, for names are known to all connections. */
async function read(one: typeof db, text: string, times: number): Promise<unknown[]> {
  let rows: unknown[] = []
  for (let time = 0; time < times; time += 1) {
    ;({ rows } = await sql`select ${sql.raw(text)} from planned where id >= ${2}`.execute(one))
  }
  return rows
}

async function isNamed(one: typeof db, text: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_prepared_statements
    where statement = ${`select ${text} from planned where id >= $1`}`.execute(one)
  return rows.length > 0
}

test.runIf(isPostgres)('what is read again and again is planned once for a connection', () =>
  onOne(async (one) => {
    await read(one, 'id', 2)
    expect(await isNamed(one, 'id')).toBe(false)

    expect(await read(one, 'id', 3)).toEqual([{ id: 2 }])

    expect(await isNamed(one, 'id')).toBe(true)
  }),
)

test.runIf(isPostgres)('what depends on its values is planned each time', () =>
  onOne(async (one) => {
    const text = `${PLANNED_EACH_TIME} id`

    await read(one, text, 6)

    expect(await isNamed(one, text)).toBe(false)
  }),
)

test.runIf(isPostgres)(
  'what a transaction reads has no name: it could not be sent again',
  async () => {
    await db.transaction().execute(async (tx) => {
      await read(tx, 'id as within', 6)

      expect(await isNamed(tx, 'id as within')).toBe(false)
    })
  },
)

test('a table that a newer version has changed is read as it is now', () =>
  onOne(async (one) => {
    await read(one, '*', 4)

    await sql`alter table planned add column name text not null default 'new'`.execute(one)

    expect(await read(one, '*', 2)).toEqual([{ id: 2, name: 'new' }])
  }))

// The last: names are done without from then on.
test.runIf(isPostgres)('names that are lost on the way are done without', () =>
  onOne(async (one) => {
    await read(one, 'id as lost', 4)

    await sql`deallocate all`.execute(one)

    expect(await read(one, 'id as lost', 4)).toEqual([{ lost: 2 }])
    expect(await isNamed(one, 'id as lost')).toBe(false)
  }),
)
