import { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'

// Devices whose certificate does not get through, and strangers: who is let in, and who is slowed.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let device: WindowsDevice
let id: string

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
  await world.addOrganization('north')
})
beforeEach(async () => {
  await acrossOrganizations(world.db).deleteFrom('session_settings').execute()
  await world.again()
  device = world.device()
  const report = await device.enrol({ kind: 'oobe', user: world.person().id })
  expect(report).toMatchObject({ ok: true })
  id = (await world.devices())[0].id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** From now on the device sends neither certificate nor signature. */
const bare = (whose = device) =>
  whose.drift('./Device/Vendor/MSFT/DMClient/Provider/Mooring/RequireMessageSigning', 'false')
async function allow(allowed: boolean, slug = 'default') {
  const answer = await world.call('PUT', '/session-settings/digest', { allowed }, slug)
  expect(answer.statusCode, answer.body).toBe(200)
  // What a process knows of it may be a few seconds old.
  world.later(6)
  return answer.json()
}
type Refusal = { object: { id: string }; details: { reason: string } }
/** Of this test's device. */
const refusals = async () => {
  const { items } = (await world.call('GET', '/audit-events?action=device.session-refused')).json()
  return items.flatMap(({ object, details }: Refusal) => (object.id === id ? [details.reason] : []))
}
const commands = async () => (await world.call('GET', `/devices/${id}/commands`)).json().items
const URL_OF_SESSIONS = '/ManagementServer/MDM.svc?mode=Maintenance&Platform=WoA'
const post = (body: string | ReadableStream, headers: Record<string, string> = {}) =>
  fetch(world.publicUrl + URL_OF_SESSIONS, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.syncml.dm+xml', ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit) // `duplex` is Node's, and not in the types of the DOM
/** The device as another one would play it who has changed something of what it knows. */
function forged(change: (kept: Record<string, never>) => void): WindowsDevice {
  const kept = JSON.parse(JSON.stringify(device))
  change(kept)
  return WindowsDevice.fromJson(JSON.stringify(kept), { now: () => world.clock.now() })
}
const guessing = () =>
  forged((kept: { enrolment?: { account: { client: { secret: string } } } }) => {
    if (kept.enrolment) kept.enrolment.account.client.secret = 'guessed'
  })

describe('a device that can prove itself by digest only', () => {
  test('is refused, as long as nobody has allowed it', async () => {
    bare()
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
  })

  test('comes in where it is allowed, with a digest in each message', async () => {
    bare()
    const said = await allow(true)
    expect(said).toMatchObject({ digest: { at: expect.any(String), by: expect.any(String) } })
    await world.call('POST', `/devices/${id}/commands`, { kind: 'reboot' })

    const report = await device.checkIn({ keepMessages: true })

    expect(report).toMatchObject({ ok: true, end: 'done', credentials: 'md5', violations: [] })
    expect(await commands()).toMatchObject([{ kind: 'reboot', state: 'succeeded' }])
    const sent = report.log.filter(({ from }) => from === 'device').map(({ text }) => text)
    const proofs = sent.map((text) => /<Cred>.*?<Data>(.*?)<\/Data>/s.exec(text)?.[1])
    expect(proofs[0]).toBeUndefined()
    expect(new Set(proofs).size).toBe(sent.length)
    expect(await device.checkIn()).toMatchObject({ ok: true, credentials: 'md5' })
    expect(await refusals()).toEqual([])
  })

  test('is refused again once it is not allowed any more', async () => {
    bare()
    await allow(true)
    await allow(false)
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
  })

  test('gains nothing from what another organization allows', async () => {
    bare()
    await allow(true, 'north')
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
  })

  test('is refused after its certificate was revoked', async () => {
    bare()
    await allow(true)
    const { items } = (await world.call('GET', '/enrolments')).json()
    await world.call('POST', `/certificates/${items[0].certificate.id}/revoke`, {
      reason: 'keyCompromise',
    })
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
    expect(await refusals()).toEqual(['certificateRevoked'])
  })

  test('is refused while its signature came through within a month', async () => {
    await allow(true)
    expect(await device.checkIn()).toMatchObject({ ok: true, credentials: 'none' })
    bare()
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
    expect(await refusals()).toEqual(['digestNeedless'])
    world.later(31 * 24 * 3600)
    expect(await device.checkIn()).toMatchObject({ ok: true, credentials: 'md5' })
  })

  test('that does not know the secret gets nothing, and is not listened to after a few tries', async () => {
    bare()
    await allow(true)
    await world.call('POST', `/devices/${id}/commands`, { kind: 'reboot' })
    for (let round = 0; round < 4; round += 1) {
      expect(await guessing().checkIn()).toMatchObject({ ok: false, end: 'refused' })
    }
    expect(await commands()).toMatchObject([{ state: 'queued' }])
    expect(await refusals()).toContain('digestWrong')
    expect(await refusals()).toContain('digestBlocked')
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
    world.later(16 * 60)
    expect(await device.checkIn()).toMatchObject({ ok: true, credentials: 'md5' })
  })
})

describe('what a device has said', () => {
  /** The messages of a session by digest, as somebody on the way could have written them down. */
  async function overheard() {
    bare()
    await allow(true)
    const report = await device.checkIn({ keepMessages: true })
    expect(report).toMatchObject({ ok: true })
    return report.log.filter(({ from }) => from === 'device').map(({ text }) => text)
  }

  test('opens nothing when somebody else says it again', async () => {
    const said = await overheard()
    await world.call('POST', `/devices/${id}/commands`, { kind: 'reboot' })
    for (const text of said) {
      const answer = await (await post(text)).text()
      expect(answer).not.toContain('Reboot')
      expect(answer).toMatch(/<Data>40[17]<\/Data>/)
    }
    expect(await commands()).toMatchObject([{ state: 'queued' }])
  })

  test('goes on only with a proof of its own', async () => {
    await allow(true)
    bare()
    const said = await overheard()
    const next = (said.at(-1) ?? '').replace(/<Cred>.*?<\/Cred>/s, '')
    const answer = await (await post(next)).text()
    expect(answer).toContain('<Data>407</Data>')
  })

  test('proves nothing in the clear', async () => {
    const said = await overheard()
    const { secret, name } = device.enrolment?.account.client ?? { secret: '', name: '' }
    const basic = Buffer.from(`${name}:${secret}`).toString('base64')
    const text = (said.at(-1) ?? '')
      .replace('syncml:auth-md5', 'syncml:auth-basic')
      .replace(/(<Cred>.*?<Data>).*?(<\/Data>)/s, `$1${basic}$2`)
    expect(await (await post(text)).text()).toContain('<Data>407</Data>')
  })

  test('is not read where it is longer than anybody unproven may be', async () => {
    await allow(true)
    expect((await post('x'.repeat(600_000))).status).toBe(403)
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('<SyncML>'))
        controller.close()
      },
    })
    expect((await post(stream)).status).toBe(403)
  })

  test.each(['', 'no XML', '<SyncML/>', '<!DOCTYPE x [<!ENTITY a "b">]><SyncML>&a;</SyncML>'])(
    'leads nowhere when it is nothing: %j',
    async (text) => {
      await allow(true)
      expect([400, 403]).toContain((await post(text)).status)
    },
  )

  test('is of nobody where nobody is called like that', async () => {
    const said = await overheard()
    const text = (said[0] ?? '').replaceAll(
      /<Source><LocURI>[^<]*/g,
      `<Source><LocURI>nobody' or 1`,
    )
    expect((await post(text)).status).toBe(403)
  })
})

describe('an address from which only refusals come', () => {
  test('is slowed, but no device behind it that has proven itself, and a new one gets in', async () => {
    expect(await device.checkIn()).toMatchObject({ ok: true })
    const flood = async () => {
      const answers: Response[] = []
      for (let left = 40; left > 0; left -= 1) answers.push(await post('x'))
      return answers
    }

    const answers = await flood()

    const statuses = answers.map(({ status }) => status)
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 403))
    expect(statuses.slice(35)).toEqual(Array.from({ length: 5 }, () => 429))
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('60')
    expect(await device.checkIn()).toMatchObject({ ok: true })
    world.later(1)
    const fresh = world.device()
    await fresh.enrol({ kind: 'oobe', user: world.person(1).id })
    expect(await fresh.checkIn()).toMatchObject({ ok: true })
    world.later(60)
    expect((await post('x')).status).toBe(403)
  })
})
