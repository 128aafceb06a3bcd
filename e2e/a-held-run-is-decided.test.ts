import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '@mooring/emulator'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Api } from './demo/api.ts'
import { startServerProcess } from './demo/server-process.ts'
import { expectAccessible, openPage } from './world/browser.ts'

const PASSWORD = 'four words nobody else combines'
const ORG = '/organizations/default'
const RUNS = '/o/default/activity/sync'
const PEOPLE = 60
const LEAVING = 30

type Run = { id: string; state: string; decision: { kind: string; reason: string | null } | null }
type Runs = { items: Run[] }

/** A tenant of sixty people that was synchronised once, and two people who look after it. */
async function startStory() {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-held-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulator({ users: PEOPLE, groups: 15 }))
  // Runs are started by hand here; a run that Microsoft's notifications start would take a held one's place.
  emulator.scenario.subscriptions.automatic = false
  const server = stack.use(
    await startServerProcess({
      MOORING_DATA_DIR: folder,
      MOORING_CLOUD: 'custom',
      MOORING_ENTRA_AUTHORITY_URL: emulator.url,
      MOORING_GRAPH_URL: emulator.url,
    }),
  )
  const signUp = async (email: string, role: string) => {
    const link = await server.command('admin', 'create', '--email', email, '--role', role)
    const token = new URL(link.trim()).hash.slice(1)
    await new Api(server.url).call('POST', '/password', { token, password: PASSWORD })
  }
  await signUp('ada@example.org', 'owner')
  await signUp('desk@example.org', 'helpdesk')
  const api = new Api(server.url)
  api.useSession(
    await api.call('POST', '/session', { email: 'ada@example.org', password: PASSWORD }),
    PASSWORD,
  )
  await api.call('PUT', `${ORG}/entra/connection`, {
    tenantId: emulator.tenant.id,
    clientId: emulator.app.clientId,
    credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2028-01-31' },
    syncUsers: true,
    syncGroups: true,
  })
  await server.command('sync')
  const latest = async () => {
    const runs = await api.call<Runs>('GET', `${ORG}/directory/sync-runs`)
    return runs.items[0]
  }
  const locked = async () => {
    const users = await api.call<{ total: number }>('GET', `${ORG}/directory/users?state=removed`)
    return users.total
  }
  const openAs = async (email: string, width = 1280) => {
    const window = await openPage({ baseUrl: server.url, width })
    await window.page.request.post('/api/v1/session', { data: { email, password: PASSWORD } })
    return window
  }
  return { emulator, latest, locked, openAs, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Starts a run by its button and waits for the page that asks for a decision. */
async function startHeldRun(page: Page) {
  await page.goto(RUNS)
  await page.getByRole('button', { name: 'Synchronise now' }).click()
  await page.getByRole('heading', { name: 'What shall happen?' }).waitFor({ timeout: 30_000 })
}

test('many people vanish from Entra: a dry run shows it, a run is held, given up once, then approved with a reason', async () => {
  await using story = await startStory()
  const { emulator, latest, locked } = story
  await using window = await story.openAs('ada@example.org')
  const { page } = window
  const vanishing = emulator.directory.users
    .filter(({ userType, accountEnabled }) => userType !== 'Guest' && accountEnabled)
    .slice(0, LEAVING)
  for (const { id } of vanishing) emulator.directory.deleteUser(id)

  // What would happen, before it does.
  await page.goto(RUNS)
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await page.getByText('Nothing was changed.').waitFor({ timeout: 30_000 })
  await page.getByText('The removal brake would hold this run').waitFor()
  await page.getByText('in Entra’s recycle bin').first().waitFor()
  await window.screenshot('held-1-dry-run')
  await expectAccessible(page)
  expect(await locked()).toBe(0)

  // The run is held: nobody is locked, and whoever would be is listed.
  await startHeldRun(page)
  await page.getByText(`${LEAVING} of `).first().waitFor()
  const list = page.getByRole('table', { name: 'Changes' })
  await expect.poll(() => list.getByRole('row').count()).toBe(LEAVING + 1)
  await window.screenshot('held-2-decision')
  await expectAccessible(page)
  expect(await locked()).toBe(0)
  const held = await latest()

  // Who may not decide is told who may.
  await using desk = await story.openAs('desk@example.org', 360)
  await desk.page.goto(`${RUNS}/${held?.id}`)
  await desk.page.getByText('You may look, but not decide.').waitFor()
  expect(await desk.page.getByRole('button', { name: 'Approve …' }).count()).toBe(0)
  await desk.screenshot('held-3-not-allowed')
  await expectAccessible(desk.page)

  // Given up, with a reason: nothing happens.
  await page.getByRole('button', { name: 'Give up this run …' }).click()
  await page.getByLabel('Reason (optional)').fill('A licence ran out')
  await page.getByRole('button', { name: 'Give up', exact: true }).click()
  await page.getByText('Given up by ada@example.org').waitFor()
  await page.getByText('Reason: A licence ran out').waitFor()
  await window.screenshot('held-4-given-up')
  await expectAccessible(page)
  expect(await locked()).toBe(0)

  // The next run is held again; approving it takes a reason.
  await startHeldRun(page)
  await page.getByRole('button', { name: 'Approve …' }).click()
  const approve = page.getByRole('button', { name: 'Approve', exact: true })
  expect(await approve.isDisabled()).toBe(true)
  await page.getByRole('dialog').getByText(`${LEAVING} of `).waitFor()
  await window.screenshot('held-5-approve')
  await expectAccessible(page)
  await page.getByLabel('Reason').fill('They left with the branch office')
  await approve.click()
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await proof.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await proof.getByRole('button', { name: 'Confirm' }).click()

  await page.getByText('Approved by ada@example.org').waitFor()
  await page.getByText('Reason: They left with the branch office').waitFor()
  await page.getByText('Succeeded').waitFor({ timeout: 30_000 })
  await expect.poll(() => list.getByRole('row').count()).toBeGreaterThan(LEAVING)
  await window.screenshot('held-6-approved')
  await expectAccessible(page)
  expect(await locked()).toBe(LEAVING)
  expect(await latest()).toMatchObject({ state: 'succeeded', decision: { kind: 'approved' } })

  await page.goto(RUNS)
  await page.getByRole('table', { name: 'Sync runs' }).waitFor()
  await window.screenshot('held-7-history')
  await expectAccessible(page)
  // The one refusal that asked for the proof; a browser notes it.
  expect(window.problems).toEqual([expect.stringContaining('status of 403')])
})
