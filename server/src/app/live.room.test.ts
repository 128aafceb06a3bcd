import type { DeviceMarks } from '@mooring/contract/live'
import type { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { newId } from '../platform/ids.ts'
import { addDevice, asToken } from './testing.ts'

// What tells a page that it is time to ask again: that something changed, and what, and nothing else.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let device: WindowsDevice
let id: string

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  await world.again()
  device = world.device()
  expect(await device.enrol({ kind: 'oobe', user: world.person().id })).toMatchObject({ ok: true })
  id = (await world.devices())[0].id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** The stream as it is told: the clock of tests does not wait. */
async function listen(path: string) {
  const answer = await world.call('GET', path)
  expect(answer.statusCode, answer.body).toBe(200)
  const events = answer.body.split('\n\n').filter((text) => text.startsWith('event: marks'))
  return events.map((text) => JSON.parse(text.slice(text.indexOf('data: ') + 6)))
}
async function marks(): Promise<DeviceMarks> {
  const [first, ...others] = await listen(`/devices/${id}/events`)
  expect(others).toEqual([])
  return first
}
async function changedBy(act: () => Promise<unknown>): Promise<string[]> {
  const before = await marks()
  await act()
  const after = await marks()
  return (['device', 'facts', 'commands'] as const).filter((part) => before[part] !== after[part])
}

test('each mark changes with what it stands for, and none when nothing happens', async () => {
  const command = () => world.call('POST', `/devices/${id}/commands`, { kind: 'defenderScan' })
  const heard = async () => {
    await device.checkIn()
    await world.api.lastSeen.flush()
  }
  await heard()

  expect(await changedBy(async () => undefined)).toEqual([])
  expect(await changedBy(command)).toEqual(['commands'])
  expect(await changedBy(heard)).toEqual(['device', 'facts', 'commands'])
  // It only says hello: there is nothing to ask for but when it was last heard of.
  expect(await changedBy(heard)).toEqual(['device'])
})

test('attempts to enrol are told as they go on', async () => {
  const path = '/enrolments/attempts/events'
  const [before] = await listen(path)
  await world.device().enrol({ kind: 'oobe', user: world.person(1).id })
  const [after] = await listen(path)

  expect(after.attempts).not.toBe(before.attempts)
  expect(await listen(path)).toEqual([after])
})

test('nobody listens to devices of another organization, or without the right to see them', async () => {
  const elsewhere = newId('org')
  await world.db
    .insertInto('organizations')
    .values({ id: elsewhere, slug: elsewhere.toLowerCase(), name: 'Elsewhere' })
    .execute()
  const foreign = await addDevice(world.api.parts, elsewhere)
  const watch = async (of: string, role: 'owner' | 'self-service') =>
    (
      await world.api.app.inject({
        url: `/api/v1/organizations/default/devices/${of}/events`,
        headers: await asToken(world.api.parts, role),
      })
    ).statusCode

  expect([await watch(foreign, 'owner'), await watch('dev_unknown', 'owner')]).toEqual([404, 404])
  expect(await watch(id, 'self-service')).toBe(403)
  await world.db.deleteFrom('organizations').where('id', '=', elsewhere).execute()
})
