import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '@mooring/emulator'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startServerProcess } from './demo/server-process.ts'
import { expectAccessible, openPage } from './world/browser.ts'

const EMAIL = 'ada.admin@example.org'
const PASSWORD = 'four words nobody else combines'
const GUIDE = '/o/default/settings/user-management/entra-id'

/** An emulated tenant without consent for groups, and the real server as its own process. */
async function startStory() {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-story-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulator({ users: 60, groups: 15 }))
  emulator.apps.revoke(emulator.app.clientId, ['Group.Read.All'])
  const server = stack.use(
    await startServerProcess({
      MOORING_DATA_DIR: folder,
      MOORING_CLOUD: 'custom',
      MOORING_ENTRA_AUTHORITY_URL: emulator.url,
      MOORING_GRAPH_URL: emulator.url,
    }),
  )
  return { emulator, server, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const step = (page: Page) => page.getByRole('article')
const goTo = async (page: Page, id: string) => {
  await page.goto(`${GUIDE}?step=${id}`)
  await step(page).waitFor()
}

test('a new administrator connects a tenant by the guide, with one mistake of each kind, and finds a person', async () => {
  await using story = await startStory()
  const { emulator, server } = story
  const { tenant, app } = emulator
  const link = (await server.command('admin', 'create', '--email', EMAIL)).trim()
  await using window = await openPage({ baseUrl: server.url })
  const { page } = window

  // The set-up link is good once, and signs in.
  await page.goto(link)
  await page.getByLabel('New password').waitFor()
  await expectAccessible(page)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText('No Entra tenant is connected yet.').first().waitFor()
  await window.screenshot('story-1-overview-empty')
  await expectAccessible(page)

  // The guide: choose a track; what was filled in is kept over a reload.
  await page.goto(GUIDE)
  await page.getByRole('button', { name: 'Choose: Users and groups only' }).waitFor()
  await window.screenshot('story-2-tracks')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Choose: Users and groups only' }).click()
  await step(page).waitFor()

  await goTo(page, 'ids')
  await page.getByLabel('Application (client) ID').fill('Mooring')
  await page.getByText('This is not an ID').waitFor()
  await page.getByLabel('Application (client) ID').fill(` ${app.clientId.toUpperCase()} `)
  await page.getByLabel('Directory (tenant) ID').fill(tenant.id)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.reload()
  await expect.poll(() => page.getByLabel('Directory (tenant) ID').inputValue()).toBe(tenant.id)
  await window.screenshot('story-3-ids')
  await expectAccessible(page)

  // First mistake: the secret's ID instead of its value.
  await goTo(page, 'secret')
  const value = page.getByLabel('Value of the client secret')
  await value.fill(app.secretId)
  await page.getByText('This is the secret’s ID').waitFor()
  await window.screenshot('story-4-secret-id')
  await expectAccessible(page)

  // Second mistake: a wrong secret. Microsoft's code and the cure are told.
  await value.fill(`${app.secret}~`)
  await page.getByRole('button', { name: 'Save and connect' }).click()
  await page.getByText('AADSTS7000215').first().waitFor()
  await window.screenshot('story-5-wrong-secret')
  await expectAccessible(page)

  await page.getByLabel('Value of the client secret').fill(app.secret)
  await page.getByLabel('Expires').first().fill('2028-01-31')
  await page.getByRole('button', { name: /Save the new secret|Save and connect/ }).click()
  // A secret that is replaced, be it a wrong one, takes a proof of who does it.
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await proof.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await proof.getByRole('button', { name: 'Confirm' }).click()
  await expect.poll(() => step(page).getByText('Done', { exact: true }).count()).toBeGreaterThan(0)

  // Third mistake: one permission without consent. It is shown as Entra shows it.
  await goTo(page, 'consent')
  const groups = page.getByRole('row').filter({ hasText: 'Group.Read.All' })
  await groups.getByText('Not granted').waitFor()
  await page
    .getByRole('row')
    .filter({ hasText: 'User.Read.All' })
    .getByText('Granted', { exact: true })
    .waitFor()
  await window.screenshot('story-6-consent-missing')
  await expectAccessible(page)

  emulator.apps.grant(app.clientId, ['Group.Read.All'])
  await page.getByRole('button', { name: 'Check again' }).click()
  await groups.getByText('Granted', { exact: true }).waitFor()
  await window.screenshot('story-7-consent-granted')

  // Synchronise, with the progress in sight.
  await goTo(page, 'services')
  await window.screenshot('story-8-services')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Synchronise now' }).click()
  await expect
    .poll(
      async () =>
        (await page.request.get('/api/v1/organizations/default/directory/sync-runs')).json(),
      { timeout: 30_000 },
    )
    .toMatchObject({ items: [{ state: 'succeeded' }] })

  // Find a person by name.
  const person = emulator.directory.users.find(
    (user) => user.givenName && user.surname && user.displayName,
  )
  if (!person?.surname || !person.displayName)
    throw new Error('the seed has nobody with a full name')
  await page.goto('/o/default/people/users')
  await page.getByRole('searchbox').fill(person.surname.slice(0, 4))
  await page.getByRole('link', { name: person.displayName }).first().waitFor()
  await window.screenshot('story-9-users')
  await expectAccessible(page)
  await page.getByRole('link', { name: person.displayName }).first().click()
  await page.getByRole('heading', { level: 1, name: person.displayName }).waitFor()
  await page.getByText(person.userPrincipalName).first().waitFor()
  await window.screenshot('story-10-user')
  await expectAccessible(page)

  await page.goto('/o/default/overview')
  await page.getByText('All is well').first().waitFor()
  await window.screenshot('overview')
  await expectAccessible(page)
  // The one refusal that asked for the proof; a browser notes it.
  expect(window.problems).toEqual([expect.stringContaining('status of 403')])
})
