import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator, WindowsDevice } from '@mooring/emulator'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Api } from './demo/api.ts'
import { type ServerProcess, startServerProcess } from './demo/server-process.ts'
import { expectAccessible, openPage, type PageOptions } from './world/browser.ts'

/** Some thirty pages, each looked at by axe, take that long where every core is busy. */
const PATIENCE_MS = 400_000
const WIDE = { width: 1440, colorScheme: 'light', language: 'en' } as const
const NARROW = { width: 360, height: 740, colorScheme: 'light', language: 'de' } as const
const PASSWORD = 'four words nobody else combines'
const ORG = '/organizations/default'
const stack = new AsyncDisposableStack()
let emulator: Emulator
let server: ServerProcess
let pages: Readonly<Record<string, string>>

type Items = { items: { id: string; memberCount?: number }[] }

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-pages-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  emulator = stack.use(await startEmulator({ users: 80, groups: 20 }))
  server = stack.use(
    await startServerProcess({
      MOORING_DATA_DIR: folder,
      MOORING_CLOUD: 'custom',
      MOORING_ENTRA_AUTHORITY_URL: emulator.url,
      MOORING_GRAPH_URL: emulator.url,
    }),
  )
  const api = new Api(server.url)
  for (const [email, role] of [
    ['owner@example.org', 'owner'],
    ['desk@example.org', 'helpdesk'],
  ]) {
    const link = await server.command(
      'admin',
      'create',
      '--email',
      email ?? '',
      '--role',
      role ?? '',
    )
    const session = await new Api(server.url).call<{ csrfToken: string }>('POST', '/password', {
      token: new URL(link.trim()).hash.slice(1),
      password: PASSWORD,
    })
    expect(session.csrfToken).toBeTruthy()
  }
  api.useSession(
    await api.call('POST', '/session', { email: 'owner@example.org', password: PASSWORD }),
    PASSWORD,
  )
  await api.call('PATCH', `${ORG}/entra/guide`, { track: 'directory' })
  await api.call('PUT', `${ORG}/entra/connection`, {
    tenantId: emulator.tenant.id,
    clientId: emulator.app.clientId,
    credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2028-01-31' },
    syncUsers: true,
    syncGroups: true,
  })
  await api.call('POST', `${ORG}/entra/connection/check`)
  await server.command('sync')
  await enrolDevices()
  const first = async (path: string) =>
    (await api.call<Items>('GET', ORG + path)).items[0]?.id ?? ''
  const device = await first('/devices')
  await api.call('POST', `${ORG}/devices/${device}/commands`, { kind: 'reboot' })
  const { deviceGroup, commandBatch } = await tellGroup(api, device)
  await api.callProven('PUT', `${ORG}/compliance/rules`, {
    rules: [
      { id: 'disk', check: { kind: 'encrypted' } },
      { id: 'recent', check: { kind: 'build', atLeast: ['26100.9999'] }, graceDays: 0 },
    ],
  })
  const groups = await api.call<Items>('GET', `${ORG}/directory/groups`)
  const group = groups.items.find((candidate) => (candidate.memberCount ?? 0) > 3)?.id ?? ''
  const guide = '/o/default/settings/user-management/entra-id'
  pages = {
    overview: '/o/default/overview',
    connection: guide,
    guide: `${guide}?view=guide&step=consent`,
    tracks: `${guide}?step=ids&track=choose`,
    users: '/o/default/people/users',
    user: `/o/default/people/users/${await first('/directory/users')}`,
    userGroups: `/o/default/people/users/${await first('/directory/users')}?tab=groups`,
    userHistory: `/o/default/people/users/${await first('/directory/users')}?tab=history`,
    groups: '/o/default/people/groups',
    group: `/o/default/people/groups/${group}`,
    groupHistory: `/o/default/people/groups/${group}?tab=history`,
    devices: '/o/default/devices/all',
    device: `/o/default/devices/all/${device}`,
    deviceHardware: `/o/default/devices/all/${device}?tab=hardware`,
    deviceSecurity: `/o/default/devices/all/${device}?tab=security`,
    deviceCompliance: `/o/default/devices/all/${device}?tab=compliance`,
    deviceCommands: `/o/default/devices/all/${device}?tab=commands`,
    deviceHistory: `/o/default/devices/all/${device}?tab=history`,
    deviceExperts: `/o/default/devices/all/${device}?tab=experts`,
    deviceCertificates: `/o/default/devices/all/${device}?tab=certificates`,
    deviceAttempts: `/o/default/devices/all/${device}?tab=enrolment`,
    compliance: '/o/default/compliance',
    noDevices: '/o/default/devices/all?search=zzzzzz',
    deviceGroups: '/o/default/devices/groups',
    deviceGroup: `/o/default/devices/groups/${deviceGroup}`,
    commands: '/o/default/devices/commands',
    commandBatch: `/o/default/devices/commands/${commandBatch}`,
    wipes: '/o/default/devices/wipes',
    wipe: `/o/default/devices/wipes/${await askForWipe(api)}`,
    attempts: '/o/default/devices/enrolment',
    attempt: `/o/default/devices/enrolment/attempts/${await first('/enrolments/attempts')}`,
    noAttempts: '/o/default/devices/enrolment?search=zzzzzz',
    enrolmentDoctor: '/o/default/devices/enrolment/doctor?text=0x80180019',
    enrolmentRules: '/o/default/devices/enrolment/rules',
    enrolmentTerms: '/o/default/devices/enrolment/terms',
    enrolmentSessions: '/o/default/devices/enrolment/sessions',
    enrolmentTokens: '/o/default/devices/enrolment/tokens',
    certificateAuthority: '/o/default/devices/enrolment/authority',
    runs: '/o/default/activity/sync',
    run: `/o/default/activity/sync/${await first('/directory/sync-runs')}`,
    runProblems: `/o/default/activity/sync/${await first('/directory/sync-runs')}?tab=problems`,
    openProblems: '/o/default/activity/sync/problems',
    audit: '/o/default/activity/audit',
    auditEvent: '/o/default/activity/audit?event=1',
    syncSettings: '/o/default/settings/user-management/synchronisation',
    signInSettings: '/o/default/settings/user-management/sign-in',
    selfServiceSettings: '/o/default/settings/self-service',
    roles: '/o/default/settings/roles',
    rolePermissions: '/o/default/settings/roles?show=permissions',
    userRoles: `/o/default/people/users/${await first('/directory/users')}?tab=roles`,
    sessions: '/o/default/settings/sessions',
    account: '/o/default/account',
    ownPage: '/o/default/me',
    administrators: '/o/default/settings/administrators',
    tokens: '/o/default/settings/api',
    organization: '/o/default/settings/organization',
    nothing: '/o/default/no-such-page',
  }
}, PATIENCE_MS)
afterAll(() => stack.disposeAsync())

/** One PC that joins, and one that comes without having asked for the terms and is refused. */
async function enrolDevices(): Promise<void> {
  const { enrolment, directory } = emulator
  enrolment.setMobility({ serverUrl: server.url })
  const [one, other] = directory.users.filter(
    (user) => user.userType !== 'Guest' && user.accountEnabled,
  )
  const device = new WindowsDevice({ entra: enrolment })
  const joined = await device.enrol({ kind: 'oobe', user: one?.id ?? '' })
  expect(joined).toMatchObject({ ok: true })
  expect(await device.checkIn()).toMatchObject({ ok: true })
  const refused = await new WindowsDevice({ entra: enrolment }).enrol({
    kind: 'policy',
    user: other?.id ?? '',
  })
  expect(refused).toMatchObject({ ok: false })
}

/** A group of one device, and what it was told. */
async function tellGroup(api: Api, device: string) {
  const group = await api.call<{ id: string }>('POST', `${ORG}/device-groups`, { name: 'Room 12' })
  await api.call('POST', `${ORG}/device-groups/${group.id}/members`, { devices: [device] })
  const batch = await api.call<{ id: string }>('POST', `${ORG}/device-commands`, {
    key: 'every-page',
    command: { kind: 'defenderScan', full: true },
    target: { kind: 'group', group: group.id },
  })
  return { deviceGroup: group.id, commandBatch: batch.id }
}

/** @returns a request that waits for a second person, for nobody may take a device away alone. */
async function askForWipe(api: Api): Promise<string> {
  const limits = { perPersonHour: 0, perDay: 20, holdMinutes: 10 }
  await api.callProven('PUT', `${ORG}/wipe-guard/limits`, limits)
  const { items } = await api.call<{ items: { id: string; name: string }[] }>(
    'GET',
    `${ORG}/devices`,
  )
  const wipe = await api.callProven<{ id: string }>('POST', `${ORG}/wipes`, {
    kind: 'wipe',
    devices: [items[0]?.id ?? ''],
    reason: 'lost on the train',
    confirmation: items[0]?.name ?? '',
  })
  return wipe.id
}

/** A window in which somebody is signed in. */
async function openAs(email: string, options: PageOptions) {
  const window = await openPage({ baseUrl: server.url, ...options })
  const answer = await window.page.request.post('/api/v1/session', {
    data: { email, password: PASSWORD },
  })
  expect(answer.status()).toBe(200)
  return window
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Goes to a page as a link of the portal would: loading the portal anew takes longer than the page. */
const follow = (page: Page, path: string) =>
  page.evaluate((target) => history.pushState(null, '', target), path)

describe('every page', () => {
  // German is the longer of both languages, and shows itself where there is little room.
  test.each([
    { name: 'wide-en', options: WIDE },
    { name: 'narrow-de', options: NARROW },
  ] as const)(
    'is accessible by day and by night, fits and shows no error: $name',
    async ({ name, options }) => {
      await using window = await openAs('owner@example.org', options)
      await window.page.goto('/')
      await window.settled()
      for (const [page, path] of Object.entries(pages)) {
        await window.show('light')
        await follow(window.page, path)
        await window.settled()
        await window.screenshot(`${name}-light-${page}`)
        await expectAccessible(window.page)
        expect(await overflow(window.page), `${page} is wider than the window`).toBeLessThanOrEqual(
          0,
        )
        // Dark differs from light in its colours only.
        await window.show('dark')
        await window.screenshot(`${name}-dark-${page}`)
        await expectAccessible(window.page, 'of colour')
      }
      // The page that does not exist is told by the server's 404 at most.
      expect(window.problems.filter((problem) => !problem.includes('404'))).toEqual([])
    },
    PATIENCE_MS,
  )

  test(
    'of those before sign-in is accessible and fits',
    async () => {
      for (const width of [360, 1280]) {
        await using window = await openPage({ baseUrl: server.url, width })
        for (const path of [
          '/sign-in',
          '/o/default/sign-in',
          '/o/default/sign-in?attempt=unknown',
          '/o/nobody/sign-in',
          '/step-up-done',
          '/set-password',
          '/set-password#wrong',
        ]) {
          await window.page.goto(path)
          await window.page.reload()
          await window.settled()
          await window.screenshot(`before-${width}-${path.replace(/\W+/g, '')}`)
          await expectAccessible(window.page)
          expect(await overflow(window.page)).toBeLessThanOrEqual(0)
        }
      }
    },
    PATIENCE_MS,
  )
})

describe('a page says how it stands', () => {
  test('a wrong password is told plainly, and where one wanted to go is reached after the right one', async () => {
    await using window = await openPage({ baseUrl: server.url })
    const { page } = window
    await page.goto('/o/default/people/groups')
    await page.getByLabel('Email address').fill('owner@example.org')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').waitFor()
    await window.screenshot('state-wrong-password')
    await expectAccessible(page)

    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Groups' }).waitFor()
  })

  test('without the permission it says so, and whom to ask', async () => {
    await using window = await openAs('desk@example.org', {})
    await window.page.goto(pages['connection'] ?? '')
    await window.page.getByText('You may not see this page').waitFor()
    await window.screenshot('state-no-permission')
    await expectAccessible(window.page)
  })

  test('while it loads it has its final shape, and when the server fails it says what to do and tries again', async () => {
    await using window = await openAs('owner@example.org', {})
    const { page } = window
    let answer: 'wait' | 'fail' | 'pass' = 'wait'
    let release = () => {}
    const waiting = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/v1/organizations/default/directory/users?**', async (route) => {
      if (answer === 'wait') await waiting
      if (answer === 'pass') return await route.continue()
      await route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: 'about:blank',
          title: 'Our fault',
          status: 500,
          detail: 'Something broke.',
          code: 'internalError',
          remedy: 'Try again.',
          traceId: 'trace-42',
        }),
      })
    })
    await page.goto(pages['users'] ?? '')
    await page.locator('.mantine-Skeleton-root').first().waitFor()
    await window.screenshot('state-loading')
    await expectAccessible(page)

    answer = 'fail'
    release()
    await page.getByText('trace-42').waitFor({ timeout: 30_000 })
    await window.screenshot('state-error')
    await expectAccessible(page)

    answer = 'pass'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page
      .getByRole('link', { name: emulator.directory.users[0]?.displayName ?? '' })
      .first()
      .waitFor()
  })

  test('who may not configure the synchronisation reads its settings, and is told who may', async () => {
    await using window = await openAs('desk@example.org', {})
    const { page } = window
    await page.goto(pages['syncSettings'] ?? '')
    await page.getByText('You may look, but not change these settings').waitFor()
    await window.settled()
    await window.screenshot('state-settings-read-only')
    await expectAccessible(page)
    expect(await page.getByLabel('Grace period').isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Review changes' }).count()).toBe(0)
  })

  test('a command says what it does and that it waits for the device, and the keyboard takes it back', async () => {
    await using window = await openAs('owner@example.org', {})
    const { page } = window
    await page.goto(pages['device'] ?? '')
    await page.getByRole('button', { name: 'Actions' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Lock', exact: true }).press('Enter')
    await page.getByText('The device gets it when it comes next').waitFor()
    await window.screenshot('state-command-asked')
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Give command' }).press('Enter')
    await page.getByRole('status').filter({ hasText: 'Lock: waits for' }).waitFor()
    await page.getByRole('button', { name: /^Take back: Lock/ }).press('Enter')
    await page.getByText('Taken back before the device was told.').waitFor()
    expect(new URL(page.url()).searchParams.get('tab')).toBe('commands')
  })

  test('who may only look at devices is offered nothing to do with them', async () => {
    await using window = await openAs('desk@example.org', {})
    const { page } = window
    await page.goto(pages['deviceCommands'] ?? '')
    await page.getByText('Waits for the device').first().waitFor()
    expect(await page.getByRole('button', { name: /Actions|Sync now|Take back/ }).count()).toBe(0)
  })

  test('a search that finds nobody says so and offers the way back', async () => {
    await using window = await openAs('owner@example.org', {})
    await window.page.goto(`${pages['users']}?search=zzzzzz`)
    await window.settled()
    await window.screenshot('state-nobody-found')
    await expectAccessible(window.page)
    expect(
      await window.page
        .getByRole('link', { name: emulator.directory.users[0]?.displayName ?? '' })
        .count(),
    ).toBe(0)
  })

  test('the keyboard alone reaches a person by the command palette', async () => {
    await using window = await openAs('owner@example.org', {})
    const { page } = window
    const person = emulator.directory.users.find((user) => user.surname && user.displayName)
    await page.goto(pages['overview'] ?? '')
    await window.settled()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type(person?.displayName ?? '')
    await page
      .getByRole('option', { name: person?.displayName ?? '' })
      .first()
      .waitFor()
    await window.screenshot('state-palette')
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: person?.displayName ?? '' }).waitFor()
  })
})
