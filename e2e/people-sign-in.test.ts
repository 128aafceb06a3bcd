import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible, openPage, type PageOptions, type TestPage } from './world/browser.ts'
import {
  answerMicrosoft,
  PASSWORD,
  signInWithMicrosoft,
  startSignOnStory,
} from './world/sign-on-story.ts'

let story: Awaited<ReturnType<typeof startSignOnStory>>
beforeAll(async () => {
  story = await startSignOnStory()
}, 300_000)
afterAll(() => story?.[Symbol.asyncDispose]())

const open = (options: PageOptions = {}) => openPage({ baseUrl: story.server.url, ...options })
const picture = async (window: TestPage, name: string) => {
  await window.page.waitForLoadState('networkidle')
  await window.screenshot(name)
  await expectAccessible(window.page)
}

test('a teacher signs in with Microsoft, sees what is their own, and signs out', async () => {
  const teacher = story.person()
  await using window = await open({ width: 360, height: 740 })
  const { page } = window

  await page.goto('/o/default/people/users')
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).waitFor()
  await picture(window, 'people-1-sign-in')
  await signInWithMicrosoft(page, teacher)

  await page.getByRole('heading', { name: `Hello, ${teacher.displayName}` }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/o/default/me')
  await page.getByText(teacher.userPrincipalName).first().waitFor()
  await page.getByText('This one').waitFor()
  await picture(window, 'people-2-own-page')
  expect(await page.getByRole('navigation', { name: 'Main navigation' }).count()).toBe(0)

  // What is not theirs is refused by the server, and says the way back.
  await page.goto('/o/default/people/users')
  await page.getByText('You may not see this page').waitFor()
  await picture(window, 'people-3-not-allowed')
  await page.getByRole('link', { name: 'Go to your own page' }).click()
  await page.getByRole('heading', { name: `Hello, ${teacher.displayName}` }).waitFor()

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  // Over Microsoft's own sign-out, and back to where they began.
  await page.waitForURL((url) => url.pathname === '/o/default/sign-in' && url.search === '')
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).waitFor()
  expect(page.url().startsWith(story.server.url)).toBe(true)
})

test('a teacher whom a policy blocks understands why, and may use another account', async () => {
  const { emulator } = story
  const [blocked, other] = [story.person(), story.person()]
  emulator.signIn.setOutcome(blocked, 'blocked')
  await using window = await open()
  const { page } = window

  // Where Entra keeps the browser, its own page says so, and ours can say nothing.
  await signInWithMicrosoft(page, blocked)
  await page.getByText('AADSTS53003').first().waitFor()
  await window.screenshot('blocked-1-at-microsoft')

  // Where Entra sends it back, our page says it in plain words.
  emulator.scenario.signIn.refusals = 'redirect'
  await page.goto('/o/default/sign-in')
  // Microsoft knows the account by now, and asks for nothing.
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await page.getByRole('heading', { name: 'That did not work' }).waitFor()
  await page.getByText("Your organization's policy blocked this sign-in").waitFor()
  await page.getByText('AADSTS53003').waitFor()
  await page.getByRole('button', { name: 'Copy: Correlation ID' }).waitFor()
  await picture(window, 'blocked-2-here')
  // Trying again changes nothing, so that nobody is asked to.
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)

  await page.getByRole('button', { name: 'Use another account' }).click()
  await answerMicrosoft(page, other)
  await page.getByRole('heading', { name: `Hello, ${other.displayName}` }).waitFor()
  emulator.scenario.signIn.refusals = 'page'
})

test('an administrator who is demoted in Entra loses their rights with the next synchronisation, signed in as they are', async () => {
  const administrator = story.person()
  const group = story.addGroup('Mooring administrators', administrator)
  // Of a group's last administrator the removal brake would ask first.
  story.emulator.directory.addMember(group.id, story.person().id)
  await story.sync()
  await story.giveRole('administrator', 'Mooring administrators')
  await using window = await open()
  const { page } = window
  await signInWithMicrosoft(page, administrator)
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
  await page.getByRole('link', { name: 'Roles' }).click()
  await page.getByRole('link', { name: 'Mooring administrators' }).waitFor()
  await picture(window, 'demoted-1-before')

  story.emulator.directory.removeMember(group.id, administrator.id)
  await story.sync()

  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByText('You may not see this page').waitFor()
  // What they may no longer do is no longer offered either.
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor({ state: 'detached' })
  await window.screenshot('demoted-2-after')
  // The session goes on: they are who they are, with fewer rights.
  await page.goto('/')
  await page.getByRole('heading', { name: `Hello, ${administrator.displayName}` }).waitFor()
  expect(await page.getByRole('navigation', { name: 'Main navigation' }).count()).toBe(0)
})

test('a sign-in test shows what Microsoft says, who it would be, and why', async () => {
  const tester = story.person()
  story.addGroup('Mooring auditors', tester)
  await story.sync()
  await story.giveRole('auditor', 'Mooring auditors')
  await using window = await open()
  const { page } = window
  await signInLocally(page, 'tess@example.org')
  await page.goto('/o/default/settings/user-management/sign-in')

  const [side] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Test sign-in' }).click(),
  ])
  await answerMicrosoft(side, tester)
  await page.getByRole('link', { name: 'Show the result here' }).click()

  await page.getByText('Would be signed in', { exact: true }).waitFor()
  const row = (name: string) =>
    page
      .getByRole('table', { name: 'What the provider says' })
      .getByRole('row', { name: new RegExp(`^${name} `) })
  await row('oid').getByText(tester.id).waitFor()
  await row('tid').getByText(story.emulator.tenant.id).waitFor()
  await page.getByText('This person would be signed in:').waitFor()
  await page.getByRole('link', { name: tester.displayName ?? '', exact: true }).waitFor()
  await page.getByText('Auditor').first().waitFor()
  await page.getByRole('link', { name: 'Mooring auditors' }).waitFor()
  await picture(window, 'sign-in-test-1-result')
  // It was a test: the window is signed in as whoever asked for it, and the other one as nobody.
  const account = await page.request.get('/api/v1/account')
  expect(await account.json()).toMatchObject({ kind: 'administrator', name: 'tess@example.org' })
})

test('replacing the secret takes a fresh sign-in in a window of its own', async () => {
  const owner = story.person()
  story.addGroup('Mooring owners', owner)
  await story.sync()
  await story.giveRole('owner', 'Mooring owners')
  await using window = await open()
  const { page } = window
  await signInWithMicrosoft(page, owner)
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
  await page.goto('/o/default/settings/user-management/entra-id')
  await page.getByRole('button', { name: 'Replace the secret' }).click()
  await page.getByLabel('Value of the client secret').fill(story.emulator.app.secret)
  const save = page.getByRole('button', { name: 'Save the new secret' })
  await save.click()

  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByRole('button', { name: 'Sign in again with Microsoft' }).waitFor()
  await picture(window, 'step-up-1-dialog')

  // Without the proof nothing happens.
  await dialog.getByRole('button', { name: 'Cancel' }).last().click()
  await page.getByText('Nothing was changed').waitFor()
  await picture(window, 'step-up-2-not-proven')

  await save.click()
  const [side] = await Promise.all([
    page.waitForEvent('popup'),
    dialog.getByRole('button', { name: 'Sign in again with Microsoft' }).click(),
  ])
  await answerMicrosoft(side, owner)
  await dialog.waitFor({ state: 'hidden', timeout: 30_000 })
  await page.getByText(`${owner.displayName}, `).first().waitFor()
  await picture(window, 'step-up-3-saved')
})

test('a local administrator proves a dangerous act with the password', async () => {
  await using window = await open({ colorScheme: 'dark' })
  const { page } = window
  await signInLocally(page, 'ada@example.org')

  await page.goto('/o/default/account')
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Password', { exact: true }).fill('wrong')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByRole('alert').waitFor()
  await picture(window, 'step-up-4-wrong-password')
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  await picture(window, 'step-up-5-authenticator')
})

test('a local administrator makes a passkey, signs in with it, and proves a dangerous act with it', async () => {
  await using window = await open()
  const { page } = window
  await plugInAuthenticator(page)
  await signInLocally(page, 'pia@example.org')
  await page.goto('/o/default/account')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Key of a story')
  await page.getByRole('button', { name: 'Create the passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('never used').waitFor()
  await picture(window, 'passkey-1-made')

  await page.context().clearCookies()
  await page.goto('/o/default/sign-in')
  await page.getByRole('button', { name: /Local administrator/ }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()

  await page.goto('/o/default/account')
  await page.getByText('last used').waitFor()
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  await dialog.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
})

/** Makes a local owner, and signs them in with their password. */
async function signInLocally(page: Page, email: string): Promise<void> {
  await story.addAdministrator(email, 'owner')
  await page.goto('/o/default/sign-in')
  await page.getByRole('button', { name: /Local administrator/ }).click()
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
}

/** Chromium's own authenticator: keeps passkeys, and says that the person was there and is the one. */
async function plugInAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
