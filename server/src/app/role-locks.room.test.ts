import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { startSync } from '../directory/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

// A run that ends works out roles while it holds its own rows; others hold the organization and wait for those.
const database = await testDatabase()
const api = testApi(database.database, steppingClock(new Date('2026-11-25T12:00:00Z')))
const { app, parts } = api
let home: OrganizationId
beforeAll(async () => {
  home = (await loadHomeOrganization(parts.db)).id
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const { ended } = toSyncParts(parts, api.entra)
/** Until somebody waits for what is held here; one connection has nobody to wait for. */
async function untilWaiting(): Promise<void> {
  if (database.kind === 'embedded') return
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_locks where not granted`.execute(database.db)
    return rows[0]?.count
  }
  await expect.poll(waiting, { interval: 20, timeout: 15_000 }).toBe(1)
}

const rules = (guests: 'include' | 'exclude') => ({
  schedule: { kind: 'off' },
  scope: { kind: 'all' },
  guests,
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake: { atLeast: 20, percent: 10 },
})
async function save(guests: 'include' | 'exclude') {
  const url = '/api/v1/organizations/default/directory/settings'
  const headers = await asToken(parts, 'owner')
  return (await app.inject({ method: 'PUT', url, headers, payload: rules(guests) })).statusCode
}

test('rules that are saved while a run ends wait for it, and it for nobody', async () => {
  const row = { organization_id: home, scope_members: '{}' }
  await parts.db.insertInto('directory_states').values(row).execute()
  expect(await save('include')).toBe(200)

  let saved: Promise<number> | undefined
  await parts.db.transaction().execute(async (tx) => {
    await tx
      .selectFrom('directory_states')
      .select('organization_id')
      .where('organization_id', '=', home)
      .forUpdate()
      .execute()
    saved = save('exclude')
    await untilWaiting()
    await ended?.(tx, home, 'settled')
  })

  expect(await saved).toBe(200)
})

test('a run that starts while another ends waits for it, and it for nobody', async () => {
  const wanted = { mode: 'delta', trigger: 'schedule', by: 'a test' } as const
  const { db, clock } = parts
  const start = () => startSync({ db, clock, enqueue: async () => undefined }, home, wanted)
  const first = await start()

  let second: ReturnType<typeof start> | undefined
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('sync_runs')
      .set({ state: 'succeeded' })
      .where('organization_id', '=', home)
      .where('id', '=', first?.id ?? '')
      .execute()
    second = start()
    await untilWaiting()
    await ended?.(tx, home, 'settled')
  })

  expect((await second)?.id).toMatch(/^run_/)
})
