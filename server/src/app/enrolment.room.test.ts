import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { forgetOldEnrolments } from '../enrolment/index.ts'

// A simulated Windows device, as strict as a real one, and the whole server over HTTP.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(() => world.again())
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const join = (person = world.person()) => ({ kind: 'oobe', user: person.id }) as const
const shown = (report: object) => JSON.stringify(report, null, 1)

describe('a device enrols', () => {
  test.each([1, 2] as const)(
    'at its first start, with tokens of version %s',
    async (tokenVersion) => {
      world.emulator.enrolment.setMobility({ serverUrl: world.publicUrl, tokenVersion })
      const person = world.person()
      const device = world.device()

      const report = await device.enrol(join(person))

      expect(report, shown(report)).toMatchObject({ ok: true })
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
            { step: 'discovery', outcome: 'succeeded' },
            { step: 'policies', outcome: 'succeeded' },
            { step: 'enrolment', outcome: 'succeeded' },
          ],
          facts: { tokenVersion: `${tokenVersion}.0`, hasReceipt: true },
        },
      ])
      expect(JSON.stringify(await world.attempts())).not.toContain('eyJ')
      const { items } = (await world.call('GET', '/enrolments')).json()
      expect(items).toMatchObject([{ certificate: { state: 'valid' } }])
    },
  )

  test('from Windows’ settings, and as somebody’s own by adding the work account', async () => {
    const [first, second] = [world.device(), world.device()]

    const joined = await first.enrol({ kind: 'settings', user: world.person(0).id })
    const added = await second.enrol({ kind: 'workAccount', user: world.person(1).id })

    expect(joined, shown(joined)).toMatchObject({ ok: true })
    expect(added, shown(added)).toMatchObject({ ok: true })
    const devices = await world.devices()
    expect(devices.map((device: { ownership: string }) => device.ownership).sort()).toEqual([
      'corporate',
      'personal',
    ])
  })

  test('by group policy, without terms, only where the rules allow it', async () => {
    const flow = { kind: 'policy', user: world.person().id } as const

    const refused = await world.device().enrol(flow)
    await world.setRules({ withoutTerms: true })
    const allowed = await world.device().enrol(flow)

    expect(refused).toMatchObject({ ok: false, code: '0x80180019' })
    expect(allowed, shown(allowed)).toMatchObject({ ok: true })
  })

  test('with a token that an administrator made, once, and never after it was revoked', async () => {
    const body = { name: 'school', ownership: 'corporate', group: 'Room 12' }
    const made = (await world.call('POST', '/enrolments/tokens', body)).json()
    const other = (await world.call('POST', '/enrolments/tokens', body)).json()
    await world.call('DELETE', `/enrolments/tokens/${other.id}`)
    const flow = { kind: 'token', server: world.publicUrl, token: made.token } as const

    const first = await world.device().enrol(flow)
    const second = await world.device().enrol(flow)
    const third = await world.device().enrol({ ...flow, token: other.token })

    expect(first, shown(first)).toMatchObject({ ok: true })
    expect(second).toMatchObject({ ok: false, code: '0x80180002' })
    expect(third).toMatchObject({ ok: false, code: '0x80180002' })
    expect(made.link).toMatch(/^ms-device-enrollment:\?mode=mdm&servername=http/)
    const { items } = (await world.call('GET', '/enrolments/tokens')).json()
    const states = items.map(({ id, state }: { id: string; state: string }) => [id, state])
    expect(Object.fromEntries(states)).toEqual({ [made.id]: 'used', [other.id]: 'revoked' })
    expect(JSON.stringify(items)).not.toContain(made.token)
    const [device] = await world.devices()
    expect(device).toMatchObject({ user: null, ownership: 'corporate', group: 'Room 12' })
    // Nobody is named: what tells the steps of one device is that it asked for the addresses first.
    const enrolled = await world.attempts('?outcome=enrolled')
    expect(enrolled).toMatchObject([{ device: { id: device.id }, user: null }])
    expect(enrolled[0].steps.map(({ step }: { step: string }) => step)).toEqual([
      'discovery',
      'policies',
      'enrolment',
    ])
  })

  test('with one token, many at the same time, each with an attempt of its own', async () => {
    const body = { name: 'school', ownership: 'corporate', mostUses: 5 }
    const { token } = (await world.call('POST', '/enrolments/tokens', body)).json()
    const flow = { kind: 'token', server: world.publicUrl, token } as const

    const reports = await Promise.all([1, 2, 3, 4, 5].map(() => world.device().enrol(flow)))

    expect(reports.map(({ ok }) => ok)).toEqual(Array(5).fill(true))
    const attempts = await world.attempts()
    expect(attempts.map(({ steps }: { steps: object[] }) => steps.length)).toEqual(Array(5).fill(3))
    const devices = attempts.map(({ device }: { device: { id: string } }) => device.id)
    expect(new Set(devices).size).toBe(5)
  })

  test('and is found by its id, its person, its device and its time, for 90 days', async () => {
    const person = world.person()
    const startedAt = world.clock.now()
    const { clientRequestId } = await world.device().enrol(join(person))
    await world.device().enrol(join(world.person(1)))
    world.later(60)
    await world.device().enrol(join(world.person(2)))
    const ids = async (query: string) =>
      (await world.attempts(query)).map(({ id }: { id: string }) => id)
    const [attempt] = await world.attempts(`?search=${clientRequestId}`)

    expect(attempt).toMatchObject({ clientRequestId, user: { entraId: person.id } })
    expect(await ids(`?user=${person.id}`)).toEqual([attempt.id])
    expect(await ids(`?device=${attempt.device.id}`)).toEqual([attempt.id])
    expect(await ids(`?search=${attempt.steps.at(-1).traceId}`)).toEqual([attempt.id])
    expect(await ids(`?to=${new Date(startedAt.getTime() + 1000).toISOString()}`)).toHaveLength(2)
    expect(await ids(`?from=${new Date(startedAt.getTime() + 1000).toISOString()}`)).toHaveLength(1)
    const days = (count: number) => new Date(startedAt.getTime() + count * 24 * 3600_000)
    await forgetOldEnrolments(world.db, days(90))
    expect(await ids('')).toHaveLength(3)
    await forgetOldEnrolments(world.db, new Date(days(90).getTime() + 1000))
    expect(await ids('')).toHaveLength(1)
  })

  test('through Mooring’s own sign-in, without Entra knowing the device', async () => {
    const person = world.person()
    await world.switchOnSignIn()
    const device = world.device()

    const report = await device.enrol({
      kind: 'signIn',
      server: world.publicUrl,
      user: person.userPrincipalName,
    })

    expect(report, shown(report)).toMatchObject({ ok: true })
    expect(await world.devices()).toMatchObject([
      { entraDeviceId: null, ownership: 'personal', user: { entraId: person.id } },
    ])
    const [attempt] = await world.attempts()
    expect(attempt.steps.map(({ step }: { step: string }) => step)).toEqual([
      'signIn',
      'discovery',
      'policies',
      'enrolment',
    ])
  })
})

describe('a device that is known', () => {
  test('keeps its row when it enrols anew, and its old certificate is no longer good', async () => {
    const device = world.device()
    const first = await device.enrol(join())
    const again = world.device({ profile: device.profile })

    const second = await again.enrol(join(), {
      token: () =>
        world.emulator.enrolment.enrolmentToken({
          user: world.person().id,
          deviceId: first.entraDeviceId ?? '',
        }),
    })

    expect(second, shown(second)).toMatchObject({ ok: true })
    const [row, more] = await world.devices()
    expect(more).toBeUndefined()
    const detail = (await world.call('GET', `/devices/${row.id}`)).json()
    expect(detail).toMatchObject({ enrolments: 2 })
    const renewed = await device.renew()
    expect(renewed).toMatchObject({ ok: false, code: '0x80180016' })
  })

  test('renews its certificate, and the old one is good until the new one was used', async () => {
    const device = world.device()
    await device.enrol(join())
    const before = device.enrolment?.certificate

    world.later(60)
    const once = await device.renew()
    world.later(60)
    const twice = await device.renew({ encoding: 'twice' })

    expect(once, shown(once)).toMatchObject({ ok: true })
    expect(twice, shown(twice)).toMatchObject({ ok: true })
    expect(device.enrolment?.certificate).not.toBe(before)
    const [row] = await world.devices()
    const attempts = await world.attempts(`?device=${row.id}`)
    expect(attempts.map(({ steps }: { steps: { step: string }[] }) => steps.at(-1)?.step)).toEqual([
      'renewal',
      'renewal',
      'enrolment',
    ])
  })

  test('renews under the next authority, which comes along', async () => {
    const device = world.device()
    await device.enrol(join())
    const rolled = await world.call('POST', '/certificate-authorities/roll-over', {
      step: 'switch',
    })
    expect(rolled.statusCode, rolled.body).toBe(200)

    world.later(60)
    const renewed = await device.renew()
    world.later(60)
    const again = await device.renew()

    expect(renewed, shown(renewed)).toMatchObject({ ok: true })
    expect(again, shown(again)).toMatchObject({ ok: true })
    const [{ id }] = await world.devices()
    const { items } = (await world.call('GET', `/devices/${id}/certificates`)).json()
    const authorities = items.map(({ authorityId }: { authorityId: string }) => authorityId)
    expect(authorities[0]).toBe(authorities[1])
    expect(authorities[2]).not.toBe(authorities[1])
  })

  test('is another one when a clone with the same hardware ids joins', async () => {
    const device = world.device()
    await device.enrol(join())
    const { hardwareId, serialNumber } = device.profile
    const clone = world.device({ profile: { hardwareId, serialNumber } })

    const report = await clone.enrol(join())

    expect(report, shown(report)).toMatchObject({ ok: true })
    expect(await world.devices()).toHaveLength(2)
  })
})
