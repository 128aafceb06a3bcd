import { generateKeyPairSync } from 'node:crypto'
import { type DeviceOptions, WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible, openPage, type TestPage } from './world/browser.ts'
import { PASSWORD, startSignOnStory } from './world/sign-on-story.ts'

const EMAIL = 'owner@example.org'
const ENROLMENT = '/o/default/devices/enrolment'
/** One key for every laptop: making keys takes longer than everything else together. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))

type Attempt = {
  readonly outcome: string
  readonly reason: { readonly code: string } | null
  readonly errorCode: string | null
}
type Items<T> = { readonly items: readonly T[] }

let story: Awaited<ReturnType<typeof startSignOnStory>>
beforeAll(async () => {
  story = await startSignOnStory()
  story.emulator.enrolment.setMobility({ serverUrl: story.server.url })
  await story.addAdministrator(EMAIL, 'owner')
}, 300_000)
afterAll(() => story?.[Symbol.asyncDispose]())

const laptop = (options: DeviceOptions = {}) =>
  new WindowsDevice({ entra: story.emulator.enrolment, makeKey: async () => KEY, ...options })
const shown = (report: object) => JSON.stringify(report, null, 1)
const attempts = async (query: string) =>
  (await story.script<Items<Attempt>>('GET', `/enrolments/attempts?${query}`)).items

async function openAsOwner(): Promise<TestPage> {
  const window = await openPage({ baseUrl: story.server.url })
  const data = { email: EMAIL, password: PASSWORD }
  expect((await window.page.request.post('/api/v1/session', { data })).status()).toBe(200)
  return window
}

/** Windows asks for the terms with a token that Entra made a moment ago. @returns where it is sent. */
async function askForTerms(token: string, clientRequestId: string): Promise<string> {
  const query = new URLSearchParams({
    redirect_uri: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
    'client-request-id': clientRequestId,
    'api-version': '1.0',
    mode: 'azureadjoin',
  })
  const answer = await fetch(`${story.server.url}/api/device/v1/windows/termsOfUse?${query}`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'manual',
  })
  return answer.headers.get('location') ?? ''
}

test('a laptop joins, is seen at once, is refused while its user is disabled, renews, and is refused without its certificate', async () => {
  const teacher = story.person()
  const device = laptop()
  const { name } = device.profile
  await using window = await openAsOwner()
  const { page } = window
  await page.goto(ENROLMENT)
  await page.getByText('No device has tried to enrol yet').waitFor()

  const joined = await device.enrol({ kind: 'oobe', user: teacher.id })

  // Whoever looks sees it without asking again.
  expect(joined, shown(joined)).toMatchObject({ ok: true })
  await page.getByRole('link', { name }).waitFor()
  await page.getByRole('row', { name }).getByText('Enrolled').waitFor()
  const [seen] = (await story.script<Items<{ id: string }>>('GET', '/devices')).items
  expect(seen?.id).toMatch(/^dev_/)

  const { enrolment, directory } = story.emulator
  const late = enrolment.termsToken({ user: teacher.id })
  directory.updateUser(teacher.id, { accountEnabled: false })
  await story.sync()
  const clientRequestId = '5e0c1c2e-1111-4111-8111-00000000c08a'
  expect(await askForTerms(late, clientRequestId)).toContain('error=access_denied')

  // The doctor knows whom it met, and why.
  await page.goto(`${ENROLMENT}/doctor`)
  await page.getByLabel('Code, id or message').fill(`access_denied (${clientRequestId})`)
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByRole('heading', { name: 'The terms of use refused this person' }).waitFor()
  await page.getByText("The person's account is disabled.").first().waitFor()
  await page.getByRole('button', { name: 'Run the test' }).click()
  await page.getByText('Enrolment answers').waitFor()
  await window.screenshot('enrolment-1-doctor')
  await expectAccessible(page)

  directory.updateUser(teacher.id, { accountEnabled: true })
  await story.sync()
  const renewed = await device.renew()
  expect(renewed, shown(renewed)).toMatchObject({ ok: true })

  await page.goto(`/o/default/devices/all/${seen?.id}?tab=certificates`)
  await page
    .getByRole('button', { name: /^Revoke certificate/ })
    .first()
    .click()
  await page.getByLabel(/^To confirm, type/).fill(name)
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await page.getByText('Revoked').waitFor()

  const refused = await device.renew()
  expect(refused).toMatchObject({ ok: false, code: '0x80180016' })
  expect(await attempts('outcome=refused&limit=1')).toMatchObject([
    { reason: { code: 'renewalRevoked' }, errorCode: '0x80180016' },
  ])
  // The refusals of the browser's own requests: none but the one that asks for a proof.
  expect(window.problems.filter((problem) => !problem.includes('403'))).toEqual([])
}, 180_000)

test('tokens of another tenant, unsigned, expired, for another application or used before enrol nothing, and the record says why', async () => {
  const user = story.person().id
  const { enrolment } = story.emulator
  const outcomes: Record<string, string | undefined> = {}
  const tryWith = async (what: string, token: string) => {
    const report = await laptop().enrol({ kind: 'oobe', user }, { token: () => token })
    const [last] = await attempts('outcome=refused&limit=1')
    outcomes[what] = report.ok ? 'enrolled' : `${report.code} ${last?.reason?.code}`
  }
  const deviceId = 'aaaaaaaa-0000-4000-8000-00000000000a'
  for (const spoil of ['otherTenant', 'algNone', 'expired', 'wrongAudience'] as const) {
    await tryWith(spoil, enrolment.enrolmentToken({ user, deviceId, spoil }))
  }
  const registered = enrolment.registerDevice({
    user,
    kind: 'join',
    name: 'PC',
    osVersion: '10.0.26100.1',
  })
  const honest = enrolment.enrolmentToken({ user, deviceId: registered.deviceId ?? '' })
  const first = await laptop().enrol({ kind: 'oobe', user }, { token: () => honest })
  // The thief has a key of their own; the same request again would be a lost answer.
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const makeKey = async () => String(own.export({ type: 'pkcs8', format: 'pem' }))
  const thief = await laptop({ makeKey }).enrol({ kind: 'oobe', user }, { token: () => honest })
  const [last] = await attempts('outcome=refused&limit=1')

  expect(first, shown(first)).toMatchObject({ ok: true })
  expect(outcomes).toEqual({
    otherTenant: '0x80180003 tenantUnknown',
    algNone: '0x80180002 ownTokenUnknown',
    expired: '0x80180002 tokenExpired',
    wrongAudience: '0x80180002 tokenAudienceWrong',
  })
  expect([thief.code, last?.reason?.code]).toEqual(['0x80180002', 'tokenUsed'])
}, 120_000)

test('an organization writes its terms, and whoever joins accepts them first', async () => {
  const person = story.person()
  await using window = await openAsOwner()
  const { page } = window
  await page.goto(`${ENROLMENT}/terms`)
  await page.getByRole('switch', { name: /^Show a page/ }).check()
  await page.getByRole('textbox', { name: 'Heading' }).fill('Our laptops')
  await page
    .getByRole('textbox', { name: 'Text', exact: true })
    .fill('They belong to the school.\n\nBe kind to them.')
  await page.getByText('Saving makes version 1.').waitFor()
  await window.screenshot('enrolment-2-terms')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('People see the page below before their device joins.').waitFor()

  const joined = await laptop().enrol({ kind: 'settings', user: person.id })

  expect(joined, shown(joined)).toMatchObject({ ok: true })
  await page.reload()
  await page.getByText(person.userPrincipalName).waitFor()
  await page.getByText('Accepted', { exact: true }).waitFor()
  expect(window.problems).toEqual([])
}, 120_000)
