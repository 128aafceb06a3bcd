import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { Died, mortal } from '../../testing/mortal.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveHeldRun } from './decide-run.ts'
import { findAbandonedRuns, LEASE_MS } from './run-leases-store.ts'
import { runSync } from './run-sync.ts'
import { startSync } from './start-sync.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 20, groups: 14 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

/** Each page is committed by itself, so that the deaths are many and always the same. */
const eachPage = () => ({ ...world.parts, batchSize: 1 })
const signal = () => new AbortController().signal

/** What the same things do to every tenant: changes of each kind. */
function aDay() {
  const { directory, scenario } = world.emulator
  scenario.delta.pageSizes = [4]
  const [a, b, c, d, e] = directory.users.filter((user) => user.accountEnabled !== false)
  const group = directory.groups.find(({ id }) => directory.members(id).length > 3)
  if (!a || !b || !c || !d || !e || !group) throw new Error('the seed is too small')
  directory.swapUserPrincipalNames(a.id, b.id)
  directory.updateUser(c.id, { accountEnabled: false, displayName: 'Renamed' })
  directory.deleteUser(d.id)
  directory.purgeUser(e.id)
  directory.removeMember(group.id, directory.members(group.id)[0]?.id ?? '')
  directory.addUser({ userPrincipalName: 'new@contoso.example', displayName: 'New' })
}

/** Everything that an organization holds, but for what differs from run to run by nature. */
async function everything() {
  const db = acrossOrganizations(world.db)
  const users = await db
    .selectFrom('directory_users')
    .select(['entra_id', 'user_principal_name', 'display_name', 'account_enabled', 'entra_state'])
    .select(['state', 'state_reason', 'in_scope', 'unsettled', 'memberships_stale'])
    .where('organization_id', '=', first)
    .orderBy('entra_id')
    .execute()
  const groups = await db
    .selectFrom('directory_groups')
    .select(['entra_id', 'display_name', 'state', 'entra_state', 'unsettled'])
    .where('organization_id', '=', first)
    .orderBy('entra_id')
    .execute()
  const edges = await db
    .selectFrom('directory_memberships')
    .select(['group_entra_id', 'member_entra_id', 'member_kind'])
    .where('organization_id', '=', first)
    .orderBy('group_entra_id')
    .orderBy('member_entra_id')
    .execute()
  const feed = await db
    .selectFrom('directory_changes')
    .select(['number', 'object', 'change', 'entra_id', 'member_entra_id', 'reason', 'fields'])
    .where('organization_id', '=', first)
    .orderBy('number')
    .execute()
  const numbers = feed.map(({ number }) => Number(number))
  const told = feed.map(({ number: _number, ...row }) => JSON.stringify(row)).toSorted()
  return { users, groups, edges, numbers, told }
}

const starting = () => ({ db: world.db, clock: world.clock, enqueue: async () => undefined })

async function startRun(mode: 'delta' | 'full') {
  const run = await startSync(starting(), first, { mode, trigger: 'api', by: 'test' })
  if (!run) throw new Error('a synchronisation is under way')
  return run.id
}

/**
 * Carries a run out by processes of which each dies before its nth transaction, until one lives.
 *
 * @returns whether the first one died.
 */
async function carryOutDying(
  body: ReturnType<typeof mortal>,
  id: `run_${string}`,
  at: number,
): Promise<boolean> {
  body.beBorn({ at, of: 'transactions', does: 'die' })
  try {
    await runSync({ ...eachPage(), db: body.db }, first, id, signal())
    return false
  } catch (error) {
    if (!(error instanceof Died)) throw error
  }
  await world.clock.wait(LEASE_MS + 1)
  expect(await findAbandonedRuns(world.db, world.clock.now())).toEqual([
    { organization: first, id },
  ])
  await runSync(eachPage(), first, id, signal())
  return true
}

/** Takes back what a run did, so that the next death finds the same world. */
async function rememberTables() {
  const db = acrossOrganizations(world.db)
  const tables = [
    'directory_users',
    'directory_groups',
    'directory_memberships',
    'directory_devices',
    'directory_streams',
    'directory_states',
    'directory_changes',
    'directory_rescopes',
    'directory_leaving',
    'directory_unapplied',
    'sync_runs',
    'sync_proposals',
  ] as const
  for (const table of tables) {
    await sql`drop table if exists ${sql.table(`kept_${table}`)}`.execute(db)
    await sql`create table ${sql.table(`kept_${table}`)} as select * from ${sql.table(table)}`.execute(
      db,
    )
  }
  return {
    async restore() {
      for (const table of tables.toReversed()) {
        await sql`delete from ${sql.table(table)}`.execute(db)
      }
      for (const table of tables) {
        const { rows } = await sql<{ names: string }>`
          select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
          where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER'`.execute(
          db,
        )
        const names = sql.raw(rows[0]?.names ?? '')
        await sql`insert into ${sql.table(table)} (${names}) overriding system value
          select ${names} from ${sql.table(`kept_${table}`)}`.execute(db)
      }
    },
    async forget() {
      for (const table of tables) {
        await sql`drop table ${sql.table(`kept_${table}`)}`.execute(db)
      }
    },
  }
}

/** Lets a run die at each of its transactions in turn; the end is always the same. */
async function dieEverywhere(mode: 'delta' | 'full', prepare?: () => Promise<`run_${string}`>) {
  const body = mortal(world.db)
  const before = await rememberTables()
  const begin = prepare ?? (() => startRun(mode))
  const [id] = [await begin()]
  await runSync(eachPage(), first, id, signal())
  const expected = await everything()
  let deaths = 0
  for (let at = 1; ; at += 1) {
    await before.restore()
    const died = await carryOutDying(body, await begin(), at)
    expect(await everything(), `after a death before transaction ${at}`).toEqual(expected)
    if (!died) break
    deaths += 1
  }
  await before.forget()
  expect(expected.numbers).toEqual(expected.numbers.map((_, index) => index + 1))
  return deaths
}

describe('a process that dies before any of its transactions', () => {
  test('of a round of changes leaves nothing to be seen once the next has gone on', async () => {
    await world.connect(first)
    await world.sync(first)
    aDay()

    expect(await dieEverywhere('delta')).toBeGreaterThan(3)
  }, 60_000)

  test('of a full round leaves nothing to be seen once the next has gone on', async () => {
    await world.connect(first)
    await world.sync(first)
    aDay()

    expect(await dieEverywhere('full')).toBeGreaterThan(8)
  }, 60_000)

  test('of a first load leaves nothing to be seen once the next has gone on', async () => {
    world.emulator.scenario.delta.pageSizes = [6]
    await world.connect(first)

    expect(await dieEverywhere('delta')).toBeGreaterThan(8)
  }, 60_000)

  test('of a run that is held, or was approved, leaves it to the next to hold or settle', async () => {
    await world.connect(first, { settings: { brake: { atLeast: 1, percent: 0 } } })
    await world.sync(first)
    aDay()

    expect(await dieEverywhere('delta')).toBeGreaterThan(3)
    const { outcome, id } = await world.sync(first)
    expect(outcome).toEqual({ kind: 'held' })
    const approve = async () => {
      await approveHeldRun(starting(), first, { run: id, by: 'test', reason: null })
      return id
    }
    expect(await dieEverywhere('delta', approve)).toBeGreaterThan(0)
    expect((await everything()).users.filter(({ state }) => state === 'removed')).toHaveLength(2)
  }, 60_000)
})
