import type { DeviceOptions, WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, openPage, type PageOptions } from './world/browser.ts'
import { freePort, startManagedStory } from './world/managed-story.ts'
import { PASSWORD, signInWithMicrosoft } from './world/sign-on-story.ts'

const PATIENCE_MS = 240_000
const FIREWALL = './Device/Vendor/MSFT/Firewall/MdmStore/PublicProfile/EnableFirewall'
const CLIENT = './Device/Vendor/MSFT/DMClient/Provider/Mooring'
const FIREWALL_STATUS = './Device/Vendor/MSFT/DeviceStatus/Firewall/Status'

type Items<T> = { readonly items: readonly T[] }
type Device = { readonly id: string; readonly name: string; readonly state: string }
type Command = {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly result: {
    readonly answers: readonly { readonly code: number; readonly data?: string }[]
  }
}
type Change = {
  readonly uri: string
  readonly before: string | null
  readonly after: string | null
}

let story: Awaited<ReturnType<typeof startManagedStory>>
beforeAll(async () => {
  story = await startManagedStory()
}, 400_000)
afterAll(() => story?.[Symbol.asyncDispose]())

const shown = (report: object) => JSON.stringify(report, null, 1)
const path = (id: string, rest: string) => `/devices/${id}${rest}`
const commandsOf = async (id: string) =>
  (await story.script<Items<Command>>('GET', path(id, '/commands'))).items
const tell = async (id: string, command: object) =>
  (await story.script<Command>('POST', path(id, '/commands'), command)).id
const devicesCalled = async (name: string) =>
  (await story.script<Items<Device>>('GET', `/devices?search=${name}`)).items

/** A laptop of somebody new that has joined. */
async function joined(options: DeviceOptions = {}, user = story.person()) {
  const device = story.laptop(options)
  const report = await device.enrol({ kind: 'oobe', user: user.id })
  expect(report, shown(report)).toMatchObject({ ok: true })
  const [{ id } = { id: '' }] = await devicesCalled(device.profile.name)
  return { device, id, user }
}
/** A session in which the server did nothing that Windows does not take. */
async function comes(device: WindowsDevice) {
  const report = await device.checkIn()
  expect(report, shown(report)).toMatchObject({ ok: true, violations: [] })
  return report
}

async function openAsOwner(options: PageOptions = {}) {
  const window = await openPage({ baseUrl: story.url, trustsAnybody: true, ...options })
  const data = { email: 'owner@example.org', password: PASSWORD }
  expect((await window.page.request.post('/api/v1/session', { data })).status()).toBe(200)
  return window
}

test(
  'a laptop that joined stands in the portal at once, and what it is told moves before the administrator’s eyes',
  async () => {
    await using window = await openAsOwner()
    const { page } = window
    await page.goto('/o/default/devices/enrolment')
    await page.getByText('No device has tried to enrol yet').waitFor()
    /** Goes on once the page shows the command as sent. */
    const transport = story.networkWhere({
      to: (answer) => answer.includes('Defender/Scan'),
      what: () => page.getByText('Sent', { exact: true }).waitFor(),
    })
    const device = story.laptop({ transport })
    const { name } = device.profile

    const report = await device.enrol({ kind: 'oobe', user: story.person().id })
    const startedAt = performance.now()
    expect(report, shown(report)).toMatchObject({ ok: true })
    await page.getByRole('row', { name }).getByText('Enrolled').waitFor()
    const seenMs = Math.round(performance.now() - startedAt)
    process.stdout.write(`a laptop that joined is seen in the portal after ${seenMs} ms\n`)
    // Within a second on a machine that has nothing else to do.
    expect(seenMs).toBeLessThan(10_000)

    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const [{ id } = { id: '' }] = await devicesCalled(name)
    await page.goto(`/o/default/devices/all/${id}?tab=commands`)
    await page.getByText('This device was not told anything yet').waitFor()
    await tell(id, { kind: 'defenderScan' })
    await page.getByText('Waits for the device').waitFor()
    await comes(device)
    await page.getByText('Done', { exact: true }).waitFor()
    await window.screenshot('managed-1-command')
    // Asked again when something happened, not all the time.
    expect(asked.filter((asking) => asking.endsWith('/commands')).length).toBeLessThanOrEqual(8)
    expect(window.problems).toEqual([])
  },
  PATIENCE_MS,
)

test(
  'an answer that is lost while the server dies is given once more, and nothing is done twice',
  async () => {
    const transport = story.networkWhere({
      to: (answer) => answer.includes('Reboot/RebootNow'),
      what: () => story.restart(),
      isLost: true,
    })
    const { device, id } = await joined({ transport })
    await tell(id, { kind: 'reboot' })
    await tell(id, { kind: 'defenderScan' })

    const report = await comes(device)

    const [lost, second] = transport.answers
    expect(lost).toContain('Reboot/RebootNow')
    expect(second).toBe(lost)
    const reboots = report.commands.filter(({ target }) => target?.includes('RebootNow'))
    expect(reboots).toHaveLength(1)
    expect(await commandsOf(id)).toMatchObject([
      { kind: 'defenderScan', state: 'succeeded' },
      { kind: 'reboot', state: 'succeeded' },
    ])
    expect((await comes(device)).commands).toEqual([])
  },
  PATIENCE_MS,
)

describe('what was asked before the server was killed is done after it came back:', () => {
  type Joined = Awaited<ReturnType<typeof joined>>
  let changed: Joined
  let wiped: Joined
  let left: Joined
  let sent: Joined
  let renewed: Joined

  beforeAll(async () => {
    changed = await joined()
    wiped = await joined()
    left = await joined()
    sent = await joined()
    renewed = await joined()
    for (const { device } of [changed, wiped, left, sent, renewed]) await comes(device)
    const write = { verb: 'Replace', uri: FIREWALL, format: 'bool', data: 'true' }
    const operations = [write, { verb: 'Get', uri: FIREWALL }]
    await tell(changed.id, { kind: 'syncml', operations })
    await tell(left.id, { kind: 'lock' })
    await takeAway('wipe', wiped)
    await takeAway('unenrol', sent)
    await story.restart()
  }, PATIENCE_MS)

  async function takeAway(kind: string, { id, device }: Joined) {
    const owner = await story.owner()
    await owner.callProven('POST', '/organizations/default/wipes', {
      kind,
      devices: [id],
      reason: 'goes to somebody else',
      confirmation: device.profile.name,
    })
  }

  test(
    'a setting is written and read back, and is seen in the history once its user has changed it',
    async () => {
      const { device, id } = changed
      await comes(device)
      expect((await commandsOf(id))[0]).toMatchObject({
        state: 'succeeded',
        result: { answers: [{ code: 200 }, { code: 200, data: 'true' }] },
      })

      device.drift(FIREWALL, 'false')
      await tell(id, { kind: 'sync' })
      await comes(device)

      const { items } = await story.script<Items<Change>>('GET', path(id, '/facts/changes'))
      const drifted = items.find(({ uri }) => uri === FIREWALL_STATUS)
      expect(drifted, shown(items)).toMatchObject({ before: '0' })
      expect(drifted?.after).not.toBe('0')
    },
    PATIENCE_MS,
  )

  test(
    'a device is wiped and enrols anew, once, and an image of its disk opens nothing',
    async () => {
      const { device, user } = wiped
      const image = device.clone()

      const report = await comes(device)
      const again = await device.enrol({ kind: 'oobe', user: user.id })
      expect(again, shown(again)).toMatchObject({ ok: true })
      await comes(device)

      expect(report).toMatchObject({ wiped: 'doWipe' })
      const { items } = await story.script<Items<Device>>('GET', `/devices?user=${user.id}`)
      expect(items.filter(({ state }) => state === 'enrolled')).toHaveLength(1)
      expect(await image.checkIn()).toMatchObject({ ok: false })
    },
    PATIENCE_MS,
  )

  test(
    'a device leaves when its user disconnects it, and another when the server lets it go',
    async () => {
      await left.device.unenrol()
      const report = await sent.device.checkIn()

      expect(report).toMatchObject({ unenrolled: 'server' })
      for (const { id } of [left, sent]) {
        expect(await story.script('GET', path(id, ''))).toMatchObject({ state: 'unenrolled' })
      }
      expect(await commandsOf(left.id)).toMatchObject([{ kind: 'lock', state: 'cancelled' }])
    },
    PATIENCE_MS,
  )

  test(
    'a certificate is renewed over TLS with the one before, which then opens nothing',
    async () => {
      const { device } = renewed
      const old = device.clone()

      const report = await device.renew()

      expect(report, shown(report)).toMatchObject({ ok: true })
      await comes(device)
      expect(await old.checkIn()).toMatchObject({ ok: false })
    },
    PATIENCE_MS,
  )
})

test(
  'somebody locks their laptop on their phone, reports it lost, and an administrator lifts that',
  async () => {
    const { device, id, user } = await joined()
    device.set({ lockPin: true })
    await comes(device)
    await using phone = await openPage({
      baseUrl: story.url,
      trustsAnybody: true,
      width: 360,
      height: 740,
    })
    const { page } = phone
    await signInWithMicrosoft(page, user)
    const { name } = device.profile
    await page.getByRole('heading', { name }).waitFor()
    await page
      .getByText('There is nothing you need to do.')
      .or(page.getByText('Just added'))
      .first()
      .waitFor()
    await phone.screenshot('my-devices-1-phone')
    await expectAccessible(page)

    await page.getByRole('button', { name: `Lock: ${name}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Lock' }).click()
    await page.getByText('Waits until the device is online').waitFor()
    await comes(device)
    await page.getByText('Done').waitFor()

    await page.getByRole('button', { name: `Report lost: ${name}` }).click()
    await page.getByLabel('What happened?').fill('left on the train to Ulm')
    await phone.screenshot('my-devices-2-lost')
    await expectAccessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Report lost' }).click()
    await page.getByText('Your administrators know.').waitFor()
    // By night and in German, which is longer.
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitem', { name: 'Deutsch' }).click()
    await page.getByText('Ihre Administratoren wissen Bescheid.').waitFor()
    await phone.show('dark')
    await phone.screenshot('my-devices-3-dark')
    await expectAccessible(page)
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    expect(phone.problems).toEqual([])

    await using window = await openAsOwner({ language: 'de' })
    await window.page.goto(`/o/default/devices/all/${id}`)
    await window.page.getByText(`Als verloren gemeldet von ${user.displayName}`).waitFor()
    await window.screenshot('my-devices-4-administrator')
    await expectAccessible(window.page)
    await window.page.getByRole('button', { name: 'Meldung aufheben' }).click()
    await window.page.getByRole('dialog').getByRole('button', { name: 'Meldung aufheben' }).click()
    await window.page.getByText('Als verloren gemeldet von').waitFor({ state: 'detached' })
    await window.page.goto('/o/default/settings/self-service')
    await window.page.getByRole('switch', { name: 'Neu starten' }).check()
    await window.page.getByRole('button', { name: 'Speichern' }).click()
    await window.page.getByText('Gespeichert.').waitFor()
    await window.screenshot('my-devices-5-settings')
    await expectAccessible(window.page)
  },
  PATIENCE_MS,
)

test(
  'devices move to a listener of their own, and know the old address until they have come by the new one',
  async () => {
    const transport = story.network()
    const { device, id } = await joined({ transport })
    await comes(device)
    const port = await freePort()
    const moved = `https://localhost:${port}`
    const list = () => device.valueOf(`${CLIENT}/ManagementServerAddressList`)
    const addressAt = (origin: string) => `${origin}/ManagementServer/MDM.svc`
    await story.restart({
      MOORING_DEVICE_LISTEN: `127.0.0.1:${port}`,
      MOORING_DEVICE_URL: moved,
    })

    // By the old address it is served as ever, and told the new one.
    await tell(id, { kind: 'sync' })
    await comes(device)
    expect(transport.origins.at(-1)).toBe(story.url)
    expect(list()).toBe(`<${addressAt(moved)}><${addressAt(story.url)}>`)

    await story.restart()
    await comes(device)
    expect(transport.origins.at(-1)).toBe(moved)
    expect(list()).toBe(`<${addressAt(moved)}>`)
    expect(device.valueOf(`${CLIENT}/ManagementServiceAddress`)).toBe(addressAt(moved))

    // It renews where the server is now, and comes on with what it got.
    const renewed = await device.renew()
    expect(renewed, shown(renewed)).toMatchObject({ ok: true })
    await comes(device)
    expect(transport.origins.at(-1)).toBe(moved)
  },
  PATIENCE_MS,
)
