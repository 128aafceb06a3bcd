import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { guid } from '../../testing/directory-rows.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { deferIndexes, restoreIndexes } from './deferred-indexes-store.ts'
import { isKeyDeferred, restoreKey } from './memberships-key-store.ts'
import { addMemberships, countMemberships, removeMemberships } from './memberships-store.ts'
import type { Edge } from './plan-groups.ts'
import { ensureState, readChangesAfter } from './record-changes-store.ts'

const database = await testDatabase()
const { db } = database
const ours = 'org_ours' as OrganizationId
const theirs = 'org_theirs' as OrganizationId
const TABLES = ['directory_groups', 'directory_memberships']
const first = { generation: 1, telling: undefined }

beforeEach(async () => {
  await database.truncate()
  const organization = { id: ours, slug: 'ours', name: 'Ours' }
  await db.insertInto('organizations').values(organization).execute()
})
afterAll(() => database[Symbol.asyncDispose]())

const edge = (group: number, member: number): Edge => ({
  group: guid(group),
  member: guid(member),
  memberKind: 'user',
})

const isDeferred = () => db.transaction().execute((tx) => isKeyDeferred(tx, 'together'))

test('what came twice in a first load is there once when the key is made, and is counted once', async () => {
  await deferIndexes(db, TABLES)
  expect(await isDeferred()).toBe(true)
  await addMemberships(db, ours, [edge(1, 2), edge(1, 3)], first)
  // A cursor expired, and the round began anew.
  const again = { generation: 2, telling: undefined }
  expect(await addMemberships(db, ours, [edge(1, 3), edge(1, 4)], again)).toBe(2)
  await addMemberships(db, theirs, [edge(1, 3)], first)
  await addMemberships(db, theirs, [edge(1, 3)], first)

  const doubles = await db.transaction().execute((tx) => restoreKey(tx, ours))

  expect(doubles).toBe(1)
  expect(await countMemberships(db, ours)).toBe(3)
  expect(await countMemberships(db, theirs)).toBe(1)
  const { rows } = await sql`
    select generation from directory_memberships
    where organization_id = ${ours} and member_entra_id = ${guid(3)}`.execute(db)
  expect(rows).toEqual([{ generation: 2 }])
  expect(await isDeferred()).toBe(false)
  // The key is there again: the same once more is nothing new.
  expect(await addMemberships(db, ours, [edge(1, 3)], again)).toBe(0)
})

test('while the key is off, whoever tells the differences still tells only what is new', async () => {
  await ensureState(db, ours)
  await deferIndexes(db, TABLES)
  await addMemberships(db, ours, [edge(1, 2)], first)

  const telling = { run: 'run_1', now: new Date('2026-11-02T08:00:00Z') }
  const later = { generation: 2, telling }
  expect(await addMemberships(db, ours, [edge(1, 2), edge(1, 3)], later)).toBe(1)
  expect(await removeMemberships(db, ours, [edge(1, 3), edge(1, 9)], telling)).toBe(1)

  const told = await readChangesAfter(db, ours, 0, 10)
  expect(told.map(({ change, member_entra_id }) => [change, member_entra_id])).toEqual([
    ['added', guid(3)],
    ['removed', guid(3)],
  ])
  expect(await db.transaction().execute((tx) => restoreKey(tx, ours))).toBe(0)
})

test('whoever reads the groups to their end makes a key that somebody else has put off', async () => {
  await deferIndexes(db, TABLES)
  await addMemberships(db, theirs, [edge(1, 2)], first)
  await addMemberships(db, theirs, [edge(1, 2)], first)

  await restoreIndexes(db, TABLES)

  expect(await isDeferred()).toBe(false)
  expect(await countMemberships(db, theirs)).toBe(1)
  const left = await acrossOrganizations(db).selectFrom('deferred_indexes').selectAll().execute()
  expect(left).toEqual([])
})

test('tables that hold anything keep their key and their indexes', async () => {
  await addMemberships(db, theirs, [edge(1, 2)], first)
  expect(await deferIndexes(db, TABLES)).toBe(false)
  expect(await isDeferred()).toBe(false)
})
