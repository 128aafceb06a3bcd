import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { Browser } from '../testing/browser.ts'
import { makeClient, readClaims } from '../testing/client.ts'
import { authorizeUrl, fetchTokens, signIn } from '../testing/relying-party.ts'
import type { Outcome } from './sign-in.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }

beforeAll(async () => {
  emulator = await startEmulator({ users: 12, groups: 4 })
  const [first] = emulator.directory.users
  if (!first) throw new Error('the seed has people')
  ada = first
})

afterEach(() => {
  emulator.signIn.reset()
  Object.assign(emulator.scenario.signIn, {
    refusals: 'page',
    contextLimit: 25,
    idTokenContexts: true,
  })
  emulator.apps.update(emulator.app.clientId, {
    optionalClaims: { idToken: [], accessToken: [] },
    assignmentRequired: false,
    assignments: [],
  })
})

afterAll(() => emulator.stop())

describe('a person', () => {
  it.each<[Outcome, number]>([
    ['blocked', 53003],
    ['notAssigned', 50105],
    ['compliantDevice', 53000],
    ['disabled', 50057],
    ['locked', 50053],
    ['passwordExpired', 50055],
  ])('who is %s ends on the page AADSTS%i', async (outcome, code) => {
    emulator.signIn.setOutcome(ada, outcome)

    const end = await signIn(emulator, ada)

    expect(end).toMatchObject({ kind: 'refused', code })
    expect(end.kind === 'refused' && end.page.text).toMatch(
      /Request Id: [0-9a-f-]{36} Correlation Id: [0-9a-f-]{36} Timestamp: \d{4}-/,
    )
  })

  it('whose account is disabled ends on the page AADSTS50057 by itself', async () => {
    emulator.directory.updateUser(ada.id, { accountEnabled: false })

    const end = await signIn(emulator, ada)
    emulator.directory.updateUser(ada.id, { accountEnabled: true })

    expect(end).toMatchObject({ kind: 'refused', code: 50057 })
  })

  it('whom nobody knows, or who is at home elsewhere, ends on a page', async () => {
    const [foreign] = emulator.other.directory.users
    if (!foreign) throw new Error('the second tenant has people')
    const nobody = { id: '', userPrincipalName: 'nobody@hafenstern.example' }

    const unknown = await signIn(emulator, nobody)
    const elsewhere = await signIn(emulator, foreign)

    expect([unknown, elsewhere]).toMatchObject([
      { kind: 'refused', code: 50034 },
      { kind: 'refused', code: 50020 },
    ])
  })

  it('who is blocked, or not assigned, may come back with the error instead', async () => {
    emulator.scenario.signIn.refusals = 'redirect'
    const ends = []
    for (const outcome of ['blocked', 'notAssigned'] as const) {
      emulator.signIn.setOutcome(ada, outcome)
      ends.push(await signIn(emulator, ada))
    }

    expect(ends).toMatchObject([
      {
        kind: 'answer',
        fields: { error_description: expect.stringMatching(/^AADSTS53003/), state: 'a-state' },
      },
      { kind: 'answer', fields: { error_description: expect.stringMatching(/^AADSTS50105/) } },
    ])
  })

  it('needs an assignment, own or by a group, where the app demands one', async () => {
    const group = emulator.directory.addGroup({ displayName: 'Portal users' })
    emulator.directory.addMember(group.id, ada.id)
    const assign = (principalId: string) =>
      emulator.apps.update(emulator.app.clientId, {
        assignmentRequired: true,
        assignments: [{ principalId }],
      })

    assign('00000000-0000-0000-0000-000000000009')
    const without = await signIn(emulator, ada)
    assign(group.id)
    const byGroup = await signIn(emulator, ada)

    expect(without).toMatchObject({ kind: 'refused', code: 50105 })
    expect(byGroup).toMatchObject({ fields: { code: expect.any(String) } })
  })
})

describe('MFA', () => {
  it('is asked once in a browser, and a denial ends on a page', async () => {
    emulator.signIn.setOutcome(ada, 'mfa')
    const browser = new Browser()

    const denied = await signIn(emulator, ada, {}, { browser, mfa: 'Deny' })
    const approved = await signIn(emulator, ada, {}, { browser })
    const again = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(denied).toMatchObject({ kind: 'refused', code: 500121 })
    expect(approved).toMatchObject({ fields: { code: expect.any(String) } })
    expect(again).toMatchObject({ fields: { code: expect.any(String) } })
  })

  it('is asked anew after prompt=login', async () => {
    emulator.signIn.setOutcome(ada, 'mfa')
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })

    const end = await signIn(emulator, ada, { prompt: 'login' }, { browser, mfa: 'Deny' })

    expect(end).toMatchObject({ kind: 'refused', code: 500121 })
  })
})

describe('a compliant device', () => {
  it('opens the door when the device-management app reports it', async () => {
    const device = emulator.directory.addDevice({
      displayName: 'HAFEN-SIGNIN',
      operatingSystem: 'Windows',
    })
    emulator.directory.setOwner(device.id, ada.id)
    emulator.signIn.useDevice(ada, device.id)
    emulator.signIn.setOutcome(ada, 'compliantDevice')
    const graph = await makeClient(emulator)

    const before = await signIn(emulator, ada)
    const patched = await graph.graph(`/devices/${device.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isCompliant: true }),
    })
    const after = await signIn(emulator, ada)

    expect(before).toMatchObject({ kind: 'refused', code: 53000 })
    expect(patched.status).toBe(204)
    expect(after).toMatchObject({ fields: { code: expect.any(String) } })
  })
})

describe('an authentication context', () => {
  const inIdToken = JSON.stringify({ id_token: { acrs: { essential: true, value: 'c1' } } })
  const inAccessToken = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } })

  it('without a policy is handed out to everybody', async () => {
    const { id_token } = await fetchTokens(emulator, ada, { claims: inIdToken })

    expect(readClaims(id_token).acrs).toEqual(['c1'])
  })

  it('with a policy is worth what the policy demands', async () => {
    emulator.signIn.addPolicy({ contexts: ['c1'], control: 'mfa' })
    const browser = new Browser()

    const plain = await fetchTokens(emulator, ada, {}, { browser })
    const silent = await signIn(emulator, ada, { prompt: 'none', claims: inIdToken }, { browser })
    const stepped = await fetchTokens(emulator, ada, { claims: inIdToken }, { browser })

    expect(readClaims(plain.id_token)).not.toHaveProperty('acrs')
    expect(silent).toMatchObject({ fields: { error: 'interaction_required' } })
    expect(readClaims(stepped.id_token).acrs).toEqual(['c1'])
  })

  it('stands in the token that it was asked for in', async () => {
    const { id_token, access_token } = await fetchTokens(emulator, ada, { claims: inAccessToken })

    expect(readClaims(access_token).acrs).toEqual(['c1'])
    expect(readClaims(id_token)).not.toHaveProperty('acrs')
  })

  it('comes unasked, if it is satisfied, with the optional claim', async () => {
    emulator.apps.update(emulator.app.clientId, {
      optionalClaims: { idToken: ['acrs'], accessToken: [] },
    })
    emulator.signIn.addPolicy({ contexts: ['c2'], control: 'mfa' })

    const { id_token } = await fetchTokens(emulator, ada)

    expect(readClaims(id_token).acrs).toEqual(['c1', 'c3'])
  })

  it('beyond the limit, or in the form that is not heeded, does not come', async () => {
    const beyond = JSON.stringify({ id_token: { acrs: { essential: true, value: 'c26' } } })

    const far = await fetchTokens(emulator, ada, { claims: beyond })
    emulator.scenario.signIn.contextLimit = 99
    const near = await fetchTokens(emulator, ada, { claims: beyond })
    emulator.scenario.signIn.idTokenContexts = false
    const unheeded = await fetchTokens(emulator, ada, { claims: inIdToken })

    expect(readClaims(far.id_token)).not.toHaveProperty('acrs')
    expect(readClaims(near.id_token).acrs).toEqual(['c26'])
    expect(readClaims(unheeded.id_token)).not.toHaveProperty('acrs')
  })

  it('with a sign-in frequency of nothing asks for a new sign-in each time', async () => {
    emulator.signIn.addPolicy({ contexts: ['c1'], control: 'allow', signInFrequencyMs: 0 })
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })

    const visited = await browser.open(authorizeUrl(emulator, { claims: inIdToken }))
    const silent = await signIn(emulator, ada, { prompt: 'none', claims: inIdToken }, { browser })
    const { id_token } = await fetchTokens(emulator, ada, { claims: inIdToken }, { browser })

    expect(visited).toMatchObject({ kind: 'page', page: { heading: 'Sign in' } })
    expect(silent).toMatchObject({
      fields: { error_description: expect.stringMatching(/^AADSTS70044/) },
    })
    expect(readClaims(id_token).acrs).toEqual(['c1'])
  })
})
