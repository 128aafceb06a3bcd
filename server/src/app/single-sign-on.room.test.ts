import { type Emulator, signInAs, startEmulator } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { portalBrowser } from '../../testing/portal-browser.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { defineJobs } from './jobs.ts'
import { toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T08:00:00Z')
const database = await testDatabase()
const clock = steppingClock(NOW)
let emulator: Emulator
let api: ReturnType<typeof testApi>
let home: OrganizationId

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 6, now: () => clock.now() })
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: ['http://localhost:8080'],
    optionalClaims: { idToken: ['sid', 'login_hint', 'acct', 'email'], accessToken: [] },
  })
  const env = {
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
  }
  api = testApi(database.database, clock, { env })
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, api.entra))
  await api.jobs.start(false)
})
beforeEach(async () => {
  clock.set(NOW)
  emulator.signIn.reset()
  emulator.scenario.signIn.idTokens = 'honest'
  emulator.scenario.signIn.refusals = 'page'
  await database.truncate()
  home = (await loadHomeOrganization(api.parts.db)).id
  await checkMasterKey(api.parts.db, home, api.parts.keys.ring())
})
afterAll(async () => {
  await api.jobs.stop()
  await api[Symbol.asyncDispose]()
  await emulator.stop()
  await database[Symbol.asyncDispose]()
})

const person = (number = 0) => {
  const found = emulator.directory.users[number]
  if (!found) throw new Error('the tenant has nobody of this number')
  return found
}

async function call(
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  payload?: object,
  slug = 'default',
) {
  const headers = await asToken(api.parts, 'owner')
  const url = `/api/v1/organizations/${slug}${path}`
  return await api.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
}

const PROVIDER = {
  kind: 'entra',
  enabled: true,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}

async function connect(more: object = {}, slug = 'default') {
  const { tenant, app } = emulator
  const saved = await call(
    'PUT',
    '/entra/connection',
    {
      tenantId: tenant.id,
      clientId: app.clientId,
      credential: { kind: 'secret', value: app.secret },
      syncUsers: true,
      syncGroups: true,
      ...more,
    },
    slug,
  )
  expect(saved.statusCode).toBe(200)
}

async function synchronise(slug = 'default') {
  expect((await call('POST', '/directory/sync-runs', {}, slug)).statusCode).toBe(202)
  await api.jobs.runDue()
}

async function switchOn(more: object = {}, slug = 'default') {
  const saved = await call('PUT', '/sign-in/provider', { ...PROVIDER, ...more }, slug)
  expect(saved.statusCode).toBe(200)
}

async function readyToSignIn() {
  await connect()
  await synchronise()
  await switchOn()
}

type Browser = ReturnType<typeof portalBrowser>
const browser = () => portalBrowser(api.app)

/** Begins a sign-in in a browser. @returns where the provider is. */
async function begin(
  portal: Browser,
  more: object = {},
): Promise<{ attempt: string; url: string }> {
  const started = await portal.send('POST', '/sign-in/start', { organization: 'default', ...more })
  expect(started.statusCode, started.body).toBe(200)
  const { attempt, redirectTo } = started.json()
  return { attempt, url: redirectTo }
}

/** The way back: what the provider has the browser open. */
async function wayBack(user: ReturnType<typeof person>, url: string): Promise<string> {
  const end = await signInAs(user, { url, emulator })
  if (end.kind !== 'answer') throw new Error(`the sign-in ended elsewhere: ${end.kind}`)
  return `/?${new URLSearchParams(end.fields)}`
}

async function signIn(portal: Browser, user = person(), more: object = {}) {
  const { attempt, url } = await begin(portal, more)
  const back = await portal.visit(await wayBack(user, url))
  return { attempt, back, back_: back.headers.location }
}

const outcomeOf = async (portal: Browser, attempt: string) =>
  (await portal.get(`/sign-in/attempts/${attempt}`)).json()

describe('a synchronised person', () => {
  test('signs in through the provider’s own pages, and out again', async () => {
    await readyToSignIn()
    const portal = browser()
    const { attempt, back } = await signIn(portal, person(), { returnTo: '/o/default/me?x=1' })

    expect(await outcomeOf(portal, attempt)).toMatchObject({ state: 'succeeded', trouble: null })
    expect(back.statusCode).toBe(303)
    expect(back.headers.location).toBe('/o/default/me?x=1')
    expect(await portal.session()).toMatchObject({
      kind: 'signedIn',
      account: { kind: 'user', name: person().displayName, organization: 'default' },
      roles: [],
    })

    const out = await portal.send('DELETE', '/session')

    expect(out.json().redirectTo).toContain(
      `${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/logout`,
    )
    expect(await portal.session()).toEqual({ kind: 'signedOut' })
  })
})
