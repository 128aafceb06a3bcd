import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { changesRoutes } from './changes-routes.ts'

const database = await testDatabase()
const { db } = database
const routes = changesRoutes({ db })
const second: OrganizationId = 'org_second'
let first: OrganizationId
let rows: ReturnType<typeof directoryRows>

beforeEach(async () => {
  await database.truncate()
  first = (await db.selectFrom('organizations').select('id').executeTakeFirstOrThrow()).id
  await db
    .insertInto('organizations')
    .values({ id: second, slug: 'second', name: 'Second' })
    .execute()
  rows = directoryRows(db, first)
})
afterAll(() => database[Symbol.asyncDispose]())

const noted: AuditNote[] = []
/** What these handlers look at of a call. */
const as = (organization: OrganizationId) =>
  ({
    organization,
    audit: async (_tx, note) => {
      noted.push(note)
    },
  }) as OrganizationCall
/** Each test names what its endpoint has. */
const input = (names: object, query: object = {}) =>
  ({ params: { org: 'default', ...names }, query: { limit: 50, ...query } }) as never

async function listOf(run: string, query: object = {}) {
  return await routes.listSyncChanges(input({ run }, query), as(first))
}
async function historyOf(user: string, query: object = {}) {
  return await routes.listUserChanges(input({ user }, query), as(first))
}
const numbers = ({ items }: { items: { number: number }[] }) => items.map(({ number }) => number)

describe('what a run changed', () => {
  beforeEach(async () => {
    await rows.user(1, 'Ada Lovelace')
    await rows.user(2, 'Émile Zola')
    await rows.user(3, 'Somebody Else', { state: 'outside' })
    await rows.group(11, 'Sales')
    await rows.run('run_a')
    await rows.changes(
      'directory_changes',
      'run_a',
      5,
      { change: 'created', entra_id: guid(1), name: 'Ada' },
      { change: 'updated', entra_id: guid(2), fields: { department: [null, 'Books'] } },
      ...[1, 3].map((member) => ({
        object: 'membership' as const,
        change: 'added',
        entra_id: guid(11),
        member_entra_id: guid(member),
        member_kind: 'user',
      })),
    )
  })

  test('is told in the order in which it did, with the names of now where it kept none', async () => {
    const { items, firstLoad, nextCursor } = await listOf('run_a')

    expect(items.map(({ number, object, name, id }) => [number, object, name, id])).toEqual([
      [5, 'user', 'Ada', 'usr_1'],
      [6, 'user', 'Émile Zola', 'usr_2'],
      [7, 'membership', 'Sales', 'grp_11'],
      [8, 'membership', 'Sales', 'grp_11'],
    ])
    expect(items[1]?.fields).toEqual([{ name: 'department', before: null, after: 'Books' }])
    expect([firstLoad, nextCursor]).toEqual([false, null])
  })

  test('names a member, but nobody who is outside the organization', async () => {
    const { items } = await listOf('run_a', { object: 'membership' })

    expect(items.map(({ member }) => member)).toEqual([
      { kind: 'user', entraId: guid(1), id: 'usr_1', name: 'Ada Lovelace' },
      { kind: 'user', entraId: guid(3), id: null, name: null },
    ])
  })

  test.each([
    [{ object: 'user' }, [5, 6]],
    [{ change: 'updated' }, [6]],
    [{ search: 'ADA' }, [5, 7]],
    [{ search: 'emil' }, [6]],
    [{ search: 'sale' }, [7, 8]],
    [{ search: 'somebody' }, []],
    [{ search: '%' }, []],
    [{ search: '\\' }, []],
    [{ search: '\u0000' }, [5, 6, 7, 8]],
  ])('can be looked through by %j', async (query, found) => {
    expect(numbers(await listOf('run_a', query))).toEqual(found)
  })

  test('is paged without a change lost or doubled', async () => {
    const one = await listOf('run_a', { limit: 3 })
    const two = await listOf('run_a', { limit: 3, cursor: one.nextCursor ?? '' })

    expect([numbers(one), numbers(two), two.nextCursor]).toEqual([[5, 6, 7], [8], null])
    await expect(listOf('run_a', { cursor: 'WyJhIl0' })).rejects.toThrow('cursorInvalid')
  })

  test('is seen by its own organization only', async () => {
    const call = input({ run: 'run_a' })

    await expect(routes.listSyncChanges(call, as(second))).rejects.toThrow('syncRunMissing')
    await expect(routes.exportSyncChanges(call, as(second))).rejects.toThrow('syncRunMissing')
  })

  test('comes as CSV, whole, which leaves a note', async () => {
    await rows.run('run_b')
    const many = Array.from({ length: 2500 }, () => ({ change: 'created', entra_id: guid(1) }))
    await rows.changes('directory_changes', 'run_b', 100, ...many)

    let csv = ''
    for await (const text of await routes.exportSyncChanges(input({ run: 'run_b' }), as(first)))
      csv += text

    const lines = csv.trimEnd().split('\r\n')
    expect(lines).toHaveLength(2501)
    expect(lines[1]).toContain(`created,,${guid(1)},Ada Lovelace`)
    expect(lines.at(-1)).toMatch(/^2599,/)
    const object = { kind: 'syncRun', id: 'run_b' }
    expect(noted.splice(0)).toEqual([{ action: 'sync.exported', object }])
  })
})

describe('a run that only says what it would change', () => {
  const approved = { kind: 'approved', by: 'a', at: '2026-11-25T08:00:00Z', reason: 'fine' }
  const holds = JSON.stringify([{ code: 'manyPeople', values: {} }])
  test.each([
    ['held', { state: 'held' as const, holds }, 'proposed'],
    ['dry', { dry_run: true }, 'proposed'],
    ['cancelled', { state: 'cancelled' as const, holds }, 'proposed'],
    ['approved', { holds, decision: JSON.stringify(approved) }, 'made'],
    [
      'stopped after it was approved',
      { state: 'cancelled' as const, holds, decision: JSON.stringify(approved) },
      'proposed',
    ],
    [
      'failed after it was approved',
      { state: 'failed' as const, holds, decision: JSON.stringify(approved) },
      'proposed',
    ],
  ])('tells so while it is %s', async (_title, columns, told) => {
    await rows.run('run_a', columns)
    await rows.changes('directory_changes', 'run_a', 1, { change: 'updated', name: 'made' })
    await rows.changes('sync_proposals', 'run_a', 1, { change: 'removed', name: 'proposed' })

    const { items } = await listOf('run_a')

    expect(items.map(({ name }) => name)).toEqual([told])
  })
})

describe('the history of a person', () => {
  const loadedAt = new Date('2026-11-01T08:05:00Z')

  test('is told newest first, memberships among it', async () => {
    await rows.user(1, 'Ada')
    await rows.changes(
      'directory_changes',
      'run_a',
      1,
      { change: 'created', entra_id: guid(1) },
      { change: 'created', entra_id: guid(2) },
      {
        object: 'membership',
        change: 'added',
        entra_id: guid(11),
        name: 'Sales',
        member_entra_id: guid(1),
        member_kind: 'user',
      },
      { change: 'disabled', entra_id: guid(1) },
    )

    const whole = await historyOf('usr_1')
    const one = await historyOf('usr_1', { limit: 2 })
    const two = await historyOf('usr_1', { limit: 2, cursor: one.nextCursor ?? '' })

    expect(whole.items.map(({ change, name }) => [change, name])).toEqual([
      ['disabled', 'Ada'],
      ['added', 'Sales'],
      ['created', 'Ada'],
    ])
    expect([numbers(one), numbers(two), two.nextCursor]).toEqual([[4, 3], [1], null])
    expect(whole.firstLoad).toBe(false)
  })

  test('begins with the first load for whoever came with it', async () => {
    await rows.user(1, 'Ada')
    await rows.changes('directory_changes', 'run_load', 1, {
      object: 'stream',
      change: 'loaded',
      name: 'users',
      at: loadedAt,
    })

    const untouched = await historyOf('usr_1')
    await rows.changes('directory_changes', 'run_b', 2, { change: 'updated', entra_id: guid(1) })
    const changed = await historyOf('usr_1')

    expect(untouched).toMatchObject({
      firstLoad: true,
      items: [{ number: 1, at: '2026-11-01T08:00:00.000Z', run: 'run_load', change: 'created' }],
    })
    expect(changed.items.map(({ change }) => change)).toEqual(['updated', 'created'])
    expect(changed.firstLoad).toBe(false)
  })

  test('does not begin with a load that came before, nor with one when the creation is told', async () => {
    await rows.changes('directory_changes', 'run_load', 1, {
      object: 'stream',
      change: 'loaded',
      name: 'users',
      at: loadedAt,
    })
    const later = new Date('2026-11-02T08:00:00Z')
    await rows.user(1, 'Ada', { created_at: later })
    await rows.user(2, 'Bob')
    await rows.changes('directory_changes', 'run_b', 2, {
      change: 'created',
      entra_id: guid(2),
      at: later,
    })

    expect((await historyOf('usr_1')).items).toEqual([])
    expect(numbers(await historyOf('usr_2'))).toEqual([2])
  })

  test('is there for nobody who is outside or of another organization', async () => {
    await rows.user(1, 'Ada', { state: 'outside' })
    await directoryRows(db, second).user(2, 'Bob')

    await expect(historyOf('usr_1')).rejects.toThrow('userMissing')
    await expect(historyOf('usr_2')).rejects.toThrow('userMissing')
  })
})

test('the history of a group tells of its members and of the groups it is in', async () => {
  await rows.group(11, 'Sales')
  const membership = { object: 'membership' as const, change: 'added' }
  await rows.changes(
    'directory_changes',
    'run_a',
    1,
    { ...membership, entra_id: guid(11), member_entra_id: guid(1), member_kind: 'user' },
    { ...membership, entra_id: guid(12), member_entra_id: guid(11), member_kind: 'group' },
    { ...membership, entra_id: guid(11), member_entra_id: guid(11), member_kind: 'group' },
    { ...membership, entra_id: guid(12), member_entra_id: guid(1), member_kind: 'user' },
  )

  const history = await routes.listGroupChanges(input({ group: 'grp_11' }), as(first))

  expect(numbers(history)).toEqual([3, 2, 1])
})
