import { generateKeyPairSync } from 'node:crypto'
import type { EnrolmentFlow } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { mortal } from '../../testing/mortal.ts'
import { startReplica } from '../../testing/replica.ts'

// Two processes that are asked at the same moment, and one that dies between any two steps.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let replica: ReturnType<typeof startReplica>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
  replica = startReplica(world.api)
})
beforeEach(() => world.again())
afterAll(async () => {
  await replica[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const join = (number = 0) => ({ kind: 'oobe', user: world.person(number).id }) as const
/** Making keys takes longer than everything else together: each race has two of them. */
const KEYS = [1, 2].map(() => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
})
type Device = ReturnType<typeof world.device>
const makeDevice = (key = 0, profile?: Device['profile']) =>
  world.device({ makeKey: async () => KEYS[key] ?? '', ...(profile ? { profile } : {}) })
type Tamper = NonNullable<Parameters<Device['enrol']>[1]>

/** What a device sends to get its certificate, which does not arrive. */
async function ask(flow: EnrolmentFlow, { key = 0, tamper = {} as Tamper } = {}): Promise<string> {
  let asked = ''
  const report = await makeDevice(key).enrol(flow, {
    ...tamper,
    envelope: (step, honest) => {
      if (step !== 'request') return honest
      asked = honest
      return 'lost'
    },
  })
  expect(asked, JSON.stringify(report)).not.toBe('')
  return asked
}

const send = (app: (typeof replica)['app'], payload: string) =>
  app.inject({
    method: 'POST',
    url: '/EnrollmentServer/Enrollment.svc',
    headers: { 'content-type': 'application/soap+xml; charset=utf-8' },
    payload,
  })

/** All at once, by turns to the one and the other process. @returns what each was told. */
async function race(asked: readonly string[]): Promise<string[]> {
  const apps = [world.api.app, replica.app]
  const answers = await Promise.all(
    asked.map((text, place) => send(apps[place % 2] ?? replica.app, text)),
  )
  return answers
    .map(({ statusCode, body }) =>
      statusCode === 200
        ? 'enrolled'
        : (/<ErrorType>(\w+)</.exec(body)?.[1] ??
          /<s:Value>(s:\w+|a:\w+)<\/s:Value><\/s:Subcode>/.exec(body)?.[1] ??
          body),
    )
    .sort()
}
type HasDevice = { device: { id: string } }
const enrolled = async () => (await world.devices()).length

describe('at the same moment', () => {
  test('a person who may have one device enrols one', async () => {
    await world.setRules({ devicesPerPerson: 1 })
    const asked = [await ask(join()), await ask(join()), await ask(join()), await ask(join())]

    expect(await race(asked)).toEqual([
      'DeviceCapReached',
      'DeviceCapReached',
      'DeviceCapReached',
      'enrolled',
    ])
    expect(await enrolled()).toBe(1)
  })

  test.each([1, 2])(
    'a token of an administrator that is good %i times is used so often',
    async (uses) => {
      const body = { name: 'school', ownership: 'corporate', mostUses: uses }
      const { id, token } = (await world.call('POST', '/enrolments/tokens', body)).json()
      const flow = { kind: 'token', server: world.publicUrl, token } as const
      const asked = [await ask(flow), await ask(flow, { key: 1 }), await ask(flow, { key: 1 })]

      const answers = await race(asked)

      // Twice the same key on one token of one use: the same device, which asks again.
      const expected = uses === 1 ? 1 : 2
      expect(await enrolled()).toBe(expected)
      expect(answers.filter((answer) => answer === 's:Authentication').length).toBeGreaterThan(0)
      const { items } = (await world.call('GET', '/enrolments/tokens')).json()
      expect(items.find((one: { id: string }) => one.id === id)).toMatchObject({ uses: expected })
    },
  )

  test('a token of Entra that was copied serves one key, on one device', async () => {
    const { enrolment } = world.emulator
    const user = world.person().id
    const device = { user, kind: 'join', name: 'PC', osVersion: '10.0.26100.1' } as const
    const { deviceId = '' } = enrolment.registerDevice(device)
    const token = enrolment.enrolmentToken({ user, deviceId })
    const tamper = { token: () => token }
    const asked = [await ask(join(), { tamper }), await ask(join(), { key: 1, tamper })]

    expect(await race(asked)).toEqual(['enrolled', 's:Authentication'])
    expect(await enrolled()).toBe(1)
    const [attempt] = await world.attempts('?outcome=refused')
    expect(attempt).toMatchObject({ reason: { code: 'tokenUsed' } })
  })

  test('many devices of many people all get serial numbers of their own, and an event in an unbroken chain', async () => {
    const asked: string[] = []
    for (let number = 0; number < 8; number += 1) asked.push(await ask(join(number)))

    expect(await race(asked)).toEqual(Array(8).fill('enrolled'))
    const { items } = (await world.call('GET', '/certificates')).json()
    const serials = items.map(({ serialNumber }: { serialNumber: string }) => serialNumber)
    expect(new Set(serials).size).toBe(8)
    const attempts = await world.attempts('?outcome=enrolled')
    const devices = await world.devices()
    const told = (await world.call('GET', '/audit-events?action=device.enrolled')).json().items
    const expected = devices.map(({ id }: { id: string }) => id).sort()
    expect(attempts.map(({ device }: HasDevice) => device.id).sort()).toEqual(expected)
    // Events of other tests stay.
    const heard = told.map(({ object }: { object: { id: string } }) => object.id)
    expect(heard).toEqual(expect.arrayContaining(expected))
    const verified = (await world.call('POST', '/audit-events/verify')).json()
    expect(verified).toMatchObject({ state: 'intact' })
  })

  test('one that is refused, or asks twice, holds up none of the others', async () => {
    await world.setRules({ devicesPerPerson: 1 })
    const asked = [await ask(join(0)), await ask(join(1)), await ask(join(2))]
    const beyond = [await ask(join(3)), await ask(join(3), { key: 1 })]
    expect((await send(replica.app, beyond[0] ?? '')).statusCode).toBe(200)

    // All to the same process.
    const answers = await Promise.all(
      [...asked, beyond[1] ?? '', ...asked].map((text) => send(replica.app, text)),
    )

    const codes = answers.map(({ statusCode }) => statusCode)
    expect(codes).toEqual([200, 200, 200, 500, 200, 200, 200])
    expect(answers[3]?.body).toContain('DeviceCapReached')
    expect(await enrolled()).toBe(4)
    expect((await world.call('GET', '/certificates')).json().items).toHaveLength(4)
  })
})

describe('a process that dies', () => {
  test('leaves nothing behind, at whichever step, and the device that asks again enrols', async () => {
    const asked = await ask(join())
    const life = mortal(world.api.parts.db)
    await using dying = startReplica(world.api, { db: life.ofWhoeverLives })
    life.beBorn()
    let deaths = 0
    for (let at = 1; at < 60; at += 1) {
      life.beBorn({ at, of: 'statements', does: 'die' })
      const answer = await send(dying.app, asked)
      if (answer.statusCode === 200) break
      deaths += 1
      expect(answer.body).toContain('a:InternalServiceFault')
      expect(await enrolled()).toBe(0)
      expect((await world.call('GET', '/certificates')).json().items).toEqual([])
    }

    expect(deaths).toBeGreaterThan(5)
    expect(await enrolled()).toBe(1)
    // To the other process, for its answer was lost: the same certificate once more.
    expect((await send(world.api.app, asked)).statusCode).toBe(200)
    expect(await enrolled()).toBe(1)
    expect((await world.call('GET', '/certificates')).json().items).toHaveLength(1)
  })
})
