import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'

// A simulated Windows device, as strict as a real one, and the whole server over HTTP.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  world.emulator.enrolment.setMobility({ serverUrl: world.publicUrl, tokenVersion: 2 })
  for (const table of [
    'devices',
    'enrolment_attempts',
    'enrolment_settings',
    'enrolment_uses',
  ] as const) {
    await acrossOrganizations(world.db).deleteFrom(table).execute()
  }
  world.later(3600)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe('a device enrols', () => {
  for (const tokenVersion of [1, 2] as const) {
    test(`at its first start, with tokens of version ${tokenVersion}`, async () => {
      world.emulator.enrolment.setMobility({ serverUrl: world.publicUrl, tokenVersion })
      const person = world.person()
      const device = world.device()

      const report = await device.enrol({ kind: 'oobe', user: person.id })

      expect(report, JSON.stringify(report, null, 1)).toMatchObject({ ok: true })
      expect(await world.devices()).toMatchObject([
        {
          id: expect.stringMatching(/^dev_/),
          name: device.profile.name,
          entraDeviceId: report.entraDeviceId,
          ownership: 'corporate',
          state: 'enrolled',
          user: { entraId: person.id, name: person.displayName },
        },
      ])
      expect(await world.attempts()).toMatchObject([
        {
          clientRequestId: report.clientRequestId,
          outcome: 'enrolled',
          user: { entraId: person.id },
          device: { id: expect.stringMatching(/^dev_/), name: device.profile.name },
          steps: [
            { step: 'terms', outcome: 'succeeded' },
            { step: 'policies', outcome: 'succeeded' },
            { step: 'enrolment', outcome: 'succeeded' },
          ],
          facts: { tokenVersion: `${tokenVersion}.0`, hasReceipt: true },
        },
      ])
    })
  }
})
