import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { FROM_INSIDE } from './audit-event.ts'
import { findHead, listEvents, saveRetention } from './audit-store.ts'
import { recordAudit, SYSTEM } from './record-audit.ts'
import { REFUSAL_LIMITS, recordStranger, tellLeftOut } from './record-strangers.ts'
import { removeOldEvents } from './remove-old-events.ts'
import { verifyChain } from './verify-chain.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOW = new Date('2026-11-25T12:00:00Z')
const HERE: OrganizationId = 'org_here'
const THERE: OrganizationId = 'org_there'

const database = await testDatabase()
const { db } = database
const all = acrossOrganizations(db)
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.truncate()
  for (const id of [HERE, THERE]) {
    await db
      .insertInto('organizations')
      .values({ id, slug: id.slice(4), name: id })
      .execute()
  }
})

const actor = { kind: 'administrator', id: 'adm_1', name: 'ada@example.org' } as const

type More = { organization?: OrganizationId; at?: Date }

const record = (name: string, more: More = {}) =>
  db.transaction().execute((tx) => recordIn(tx, name, more))

const recordIn = (tx: Db, name: string, { organization = HERE, at = NOW }: More) =>
  recordAudit(tx, organization, {
    note: {
      action: 'organization.renamed',
      object: { kind: 'organization', id: organization, name },
      changes: [{ field: 'name', before: null, after: name }],
      details: { count: 3, isTrue: true, nothing: null, text: 'Grüße “”' },
    },
    occasion: { at, actor, origin: { ...FROM_INSIDE, clientAddress: '192.0.2.1' } },
  })

async function recordMany(count: number, more: More = {}) {
  for (let done = 0; done < count; done += 50) {
    await db.transaction().execute(async (tx) => {
      for (let index = done; index < Math.min(done + 50, count); index++) {
        await recordIn(tx, `name ${index}`, more)
      }
    })
  }
}

/** What somebody does who has the database in their hands. */
const tamper = (...statements: RawBuilder<unknown>[]) =>
  all.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx)
    for (const statement of statements) await statement.execute(tx)
  })

const list = (organization: OrganizationId) => listEvents(db, organization, {}, { limit: 1000 })

describe('a chain', () => {
  test('has numbers without gaps, of its own in each organization, and is intact', async () => {
    await recordMany(3)
    await recordMany(2, { organization: THERE })

    expect((await list(HERE)).map(({ number }) => number)).toEqual([3, 2, 1])
    expect((await list(THERE)).map(({ number }) => number)).toEqual([2, 1])
    const { hash } = await findHead(db, HERE)
    expect(await verifyChain(db, HERE)).toEqual({
      checked: 3,
      from: 1,
      to: 3,
      hash,
      broken: undefined,
    })
  })

  test('that is empty is intact', async () => {
    expect(await verifyChain(db, HERE)).toMatchObject({ checked: 0, to: 0, broken: undefined })
  })

  test('of more events than are read at once is intact, and so it stays while others write', async () => {
    await recordMany(520)

    const [found] = await Promise.all([
      verifyChain(db, HERE),
      ...Array.from({ length: 5 }, () => record('meanwhile')),
    ])

    expect(found.broken).toBeUndefined()
    expect(found.checked).toBeGreaterThanOrEqual(520)
  })

  test('keeps no event of a transaction that is undone, and no gap', async () => {
    await record('first')
    const undone = db.transaction().execute(async (tx) => {
      await recordAudit(tx, HERE, {
        note: { action: 'organization.deleted' },
        occasion: { at: NOW, actor },
      })
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    await record('second')

    expect((await list(HERE)).map(({ number, action }) => [number, action])).toEqual([
      [2, 'organization.renamed'],
      [1, 'organization.renamed'],
    ])
    expect((await verifyChain(db, HERE)).broken).toBeUndefined()
  })

  test('has no gaps when many write at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => record(`writer ${index}`)))

    const found = await verifyChain(db, HERE)
    expect(found).toMatchObject({ checked: 40, to: 40, broken: undefined })
  })
})

describe('the database itself refuses', () => {
  test.each([
    ['to change an event', sql`update audit_events set actor_name = 'eve'`],
    ['to delete an event', sql`delete from audit_events`],
    ['to empty the log', sql`truncate audit_events`],
  ])('%s', async (_what, statement) => {
    await record('kept')

    await expect(statement.execute(all)).rejects.toThrow('append-only')
    expect(await list(HERE)).toHaveLength(1)
  })

  test('nothing when an organization is deleted with all of its data', async () => {
    await recordMany(2)
    await record('there', { organization: THERE })

    await db.deleteFrom('organizations').where('id', '=', HERE).execute()

    expect(await list(HERE)).toEqual([])
    expect(await list(THERE)).toHaveLength(1)
  })
})

describe('verification finds', () => {
  const before = () => recordMany(6)
  const broken = async () => (await verifyChain(db, HERE)).broken
  const at = (number: number) => sql`organization_id = ${HERE} and number = ${number}`

  test.each([
    ['who did it', sql`actor_name = 'eve'`],
    ['what was done', sql`action = 'organization.created'`],
    ['when', sql`at = at + interval '1 second'`],
    ['the outcome', sql`outcome = 'failed'`],
    ['a value', sql`changes = '[]'`],
    ['a detail', sql`details = details || '{"count": 4}'`],
    ['the address', sql`client_address = null`],
    ['the hash', sql`hash = repeat('0', 64)`],
  ])('that %s was changed', async (_what, change) => {
    await before()
    await tamper(sql`update audit_events set ${change} where ${at(3)}`)

    expect(await broken()).toEqual({ at: 3, reason: 'changed' })
  })

  test('an event that was deleted, in the middle, at the beginning and at the end', async () => {
    for (const number of [4, 1, 6]) {
      await database.truncate()
      await db.insertInto('organizations').values({ id: HERE, slug: 'here', name: 'x' }).execute()
      await before()
      await tamper(sql`delete from audit_events where ${at(number)}`)

      expect(await broken()).toEqual({ at: number, reason: 'missing' })
    }
  })

  test('an event that was added at the end, or before the beginning of what is kept', async () => {
    await before()
    const copy = (number: number) => sql`
      insert into audit_events select * from jsonb_populate_record(null::audit_events,
        (select to_jsonb(e) from audit_events e where ${at(2)}) ||
          jsonb_build_object('number', ${number}::bigint))`
    await tamper(copy(7))
    expect(await broken()).toEqual({ at: 7, reason: 'changed' })

    await tamper(sql`delete from audit_events where ${at(7)}`)
    await tamper(
      sql`update audit_heads set anchor_number = 1, anchor_hash =
        (select hash from audit_events where ${at(1)}) where organization_id = ${HERE}`,
    )
    expect(await broken()).toEqual({ at: 1, reason: 'added' })
  })

  test('an event with a right hash behind the head', async () => {
    await before()
    const { number, hash } = await findHead(db, HERE)
    await record('one more')
    await tamper(
      sql`update audit_heads set number = ${number}, hash = ${hash} where organization_id = ${HERE}`,
    )

    expect(await broken()).toEqual({ at: 7, reason: 'added' })
  })

  test('two events that changed places', async () => {
    await before()
    await tamper(
      sql`update audit_events set number = 100 where ${at(2)}`,
      sql`update audit_events set number = 2 where ${at(3)}`,
      sql`update audit_events set number = 3 where ${at(100)}`,
    )

    expect(await broken()).toEqual({ at: 2, reason: 'changed' })
  })

  test('a beginning that was cut off by hand, though the chain still fits', async () => {
    await before()
    await tamper(
      sql`update audit_heads set anchor_number = 2, anchor_hash =
        (select hash from audit_events where ${at(2)}) where organization_id = ${HERE}`,
      sql`delete from audit_events where organization_id = ${HERE} and number <= 2`,
    )

    expect(await broken()).toEqual({ at: 3, reason: 'anchor' })
  })

  test('nothing in one organization when another was tampered with', async () => {
    await before()
    await recordMany(3, { organization: THERE })
    await tamper(sql`delete from audit_events where ${at(2)}`)

    expect((await verifyChain(db, THERE)).broken).toBeUndefined()
  })
})

describe('what is too old', () => {
  const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS)

  test('is removed, the rest still proves itself, and the removal is told', async () => {
    await recordMany(3, { at: daysAgo(400) })
    await recordMany(2, { at: daysAgo(300) })
    await record('there', { organization: THERE, at: daysAgo(300) })

    await removeOldEvents(db, NOW)

    const kept = await list(HERE)
    expect(kept.map(({ number }) => number)).toEqual([6, 5, 4])
    expect(kept[0]).toMatchObject({
      action: 'audit.removed',
      actor: SYSTEM,
      details: { from: 1, to: 3, count: 3, retentionDays: 365 },
    })
    expect(await verifyChain(db, HERE)).toMatchObject({ from: 4, checked: 3, broken: undefined })
    expect(await list(THERE)).toHaveLength(1)
  })

  test('is removed however much it is, also when nothing else is there', async () => {
    await recordMany(45, { at: daysAgo(400) })

    await removeOldEvents(db, NOW, 20)

    expect((await list(HERE)).map(({ details }) => [details['from'], details['to']])).toEqual([
      [41, 45],
      [21, 40],
      [1, 20],
    ])
    expect(await verifyChain(db, HERE)).toMatchObject({ from: 46, broken: undefined })
  })

  test('is what the organization says', async () => {
    await record('old', { at: daysAgo(40) })
    await record('old', { organization: THERE, at: daysAgo(40) })
    await saveRetention(db, HERE, 30)

    await removeOldEvents(db, NOW)

    expect((await list(HERE)).map(({ action }) => action)).toEqual(['audit.removed'])
    expect((await list(THERE)).map(({ number }) => number)).toEqual([1])
  })
})

describe('a flood of strangers', () => {
  const stranger = (at: Date, action: 'sign-in.refused' | 'access.refused' = 'sign-in.refused') =>
    recordStranger(db, HERE, {
      note: { action, outcome: 'refused' },
      occasion: { at, actor: { kind: 'anonymous', id: null, name: '' } },
    })

  test('is written up to the limit, and beyond it counted and told once', async () => {
    for (let index = 0; index < REFUSAL_LIMITS.minute + 5; index++) await stranger(NOW)
    for (let index = 0; index < 3; index++) await stranger(NOW, 'access.refused')
    expect(await list(HERE)).toHaveLength(REFUSAL_LIMITS.minute)

    const later = new Date(NOW.getTime() + 60_000)
    await tellLeftOut(db, NOW)
    expect(await list(HERE)).toHaveLength(REFUSAL_LIMITS.minute)
    await tellLeftOut(db, later)
    await tellLeftOut(db, later)

    const events = await list(HERE)
    expect(events).toHaveLength(REFUSAL_LIMITS.minute + 1)
    expect(events[0]).toMatchObject({
      action: 'audit.left-out',
      details: { minute: NOW.toISOString(), 'sign-in.refused': 5, 'access.refused': 3 },
    })
  })

  test('leaves the next minute and other organizations alone, and takes no room afterwards', async () => {
    for (let index = 0; index < REFUSAL_LIMITS.minute + 5; index++) await stranger(NOW)
    const later = new Date(NOW.getTime() + 60_000)
    await stranger(later)

    expect(await list(HERE)).toHaveLength(REFUSAL_LIMITS.minute + 1)
    await tellLeftOut(db, new Date(later.getTime() + 60_000))
    const { rows } = await sql`select from audit_floods where span = 'minute'`.execute(all)
    expect(rows).toEqual([])
    expect(await list(THERE)).toEqual([])
  })

  test('takes no more of the log in a day than the day has room for, and is still counted', async () => {
    const noon = new Date('2026-11-25T12:00:00Z').getTime()
    const { day } = REFUSAL_LIMITS
    await sql`
      insert into audit_floods (organization_id, budget, span, minute_at, met, left_out)
      values (${HERE}, 'strangers', 'day', '2026-11-25T00:00:00Z', ${day - 1}, '{}')`.execute(db)
    for (let index = 0; index < 3; index++) await stranger(new Date(noon + index * 60_000))

    expect(await list(HERE)).toHaveLength(1)
    await tellLeftOut(db, new Date(noon + 3 * 60_000))
    expect((await list(HERE)).map(({ action }) => action)).toEqual([
      'audit.left-out',
      'audit.left-out',
      'sign-in.refused',
    ])
    await stranger(new Date(noon + 24 * 60 * 60_000))
    expect(await list(HERE)).toHaveLength(4)
  })

  test('hides nobody who is known: each caller has room of their own', async () => {
    for (let index = 0; index < REFUSAL_LIMITS.minute + 5; index++) await stranger(NOW)
    await recordStranger(db, HERE, {
      note: { action: 'access.refused', outcome: 'refused' },
      occasion: { at: NOW, actor },
    })

    expect((await list(HERE))[0]).toMatchObject({ action: 'access.refused', actor })
  })

  test('that was told to wait is counted without an event for each', async () => {
    for (let index = 0; index < 5; index++) {
      await recordStranger(db, HERE, {
        note: {
          action: 'sign-in.refused',
          outcome: 'refused',
          details: { code: 'tooManyAttempts' },
        },
        occasion: { at: NOW, actor: { kind: 'anonymous', id: null, name: '' } },
      })
    }

    expect(await list(HERE)).toEqual([])
    await tellLeftOut(db, new Date(NOW.getTime() + 60_000))
    expect((await list(HERE))[0]?.details).toMatchObject({ 'sign-in.refused': 5 })
  })

  test('of many at once is counted right', async () => {
    const count = REFUSAL_LIMITS.minute + 20
    await Promise.all(Array.from({ length: count }, () => stranger(NOW)))

    expect(await list(HERE)).toHaveLength(REFUSAL_LIMITS.minute)
    await tellLeftOut(db, new Date(NOW.getTime() + 60_000))
    expect((await list(HERE))[0]?.details).toMatchObject({ 'sign-in.refused': 20 })
  })
})

test('filters find by actor, action, object, outcome, time and part of a name', async () => {
  await record('North')
  await db.transaction().execute((tx) =>
    recordAudit(tx, HERE, {
      note: {
        action: 'sync.approved',
        outcome: 'failed',
        object: { kind: 'syncRun', id: 'run_1' },
      },
      occasion: { at: new Date(NOW.getTime() + 1000), actor: SYSTEM },
    }),
  )
  const numbers = async (filter: Parameters<typeof listEvents>[2]) =>
    (await listEvents(db, HERE, filter, { limit: 10 })).map(({ number }) => number)

  expect(await numbers({ actor: 'adm_1' })).toEqual([1])
  expect(await numbers({ actor: 'ada@example.org' })).toEqual([1])
  expect(await numbers({ actorKind: 'system' })).toEqual([2])
  expect(await numbers({ action: 'organization' })).toEqual([1])
  expect(await numbers({ action: 'sync.approved' })).toEqual([2])
  expect(await numbers({ action: 'syn' })).toEqual([])
  expect(await numbers({ object: 'run_1' })).toEqual([2])
  expect(await numbers({ objectKind: 'organization' })).toEqual([1])
  expect(await numbers({ outcome: 'failed' })).toEqual([2])
  expect(await numbers({ from: '2026-11-25T12:00:01.000Z' })).toEqual([2])
  expect(await numbers({ to: '2026-11-25T12:00:01.000Z' })).toEqual([1])
  expect(await numbers({ search: 'nort' })).toEqual([1])
  expect(await numbers({ search: '%' })).toEqual([])
})
