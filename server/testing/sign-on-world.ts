import { type Emulator, signInAs, startEmulator } from '@mooring/emulator'
import { expect, onTestFinished } from 'vitest'
import { defineJobs } from '../src/app/jobs.ts'
import { toSyncParts } from '../src/app/sync-parts.ts'
import { asToken, testApi } from '../src/app/testing.ts'
import { loadHomeOrganization } from '../src/organizations/index.ts'
import { steppingClock } from '../src/platform/clock.ts'
import { checkMasterKey } from '../src/platform/master-key-check.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { TestDatabase } from './database.ts'
import { portalBrowser } from './portal-browser.ts'

const NOW = new Date('2026-11-25T08:00:00Z')
const PROVIDER = {
  kind: 'entra',
  enabled: true,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}

/** The optional claims that the guide recommends, and one more. */
const CLAIMS = ['sid', 'login_hint', 'acct', 'email', 'auth_time']

type Person = Emulator['directory']['users'][number]
type Browser = ReturnType<typeof portalBrowser>

/** The whole server and an emulated tenant whose people sign in, with time in the test's hand. */
export async function signOnWorld(database: TestDatabase, publicUrl = 'http://localhost:8080') {
  const clock = steppingClock(NOW)
  const emulator = await startEmulator({ users: 20, groups: 6, now: () => clock.now() })
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: [publicUrl],
    optionalClaims: { idToken: CLAIMS, accessToken: [] },
  })
  const env = {
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
  }
  const api = testApi(database.database, clock, { env, publicUrl })
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, api.entra))
  await api.jobs.start(false)

  const world = {
    clock,
    emulator,
    api,
    db: api.parts.db,
    /** Empties everything and begins again at eight o'clock. */
    async reset() {
      clock.set(NOW)
      emulator.signIn.reset()
      emulator.scenario.signIn.idTokens = 'honest'
      emulator.scenario.signIn.refusals = 'page'
      await database.truncate()
      const { id } = await loadHomeOrganization(api.parts.db)
      await checkMasterKey(api.parts.db, id, api.parts.keys.ring())
      return id
    },
    /** The same without emptying the directory, which takes long: nobody is signed in or on the way. */
    async again() {
      clock.set(NOW)
      emulator.signIn.reset()
      emulator.scenario.signIn.idTokens = 'honest'
      emulator.scenario.signIn.refusals = 'page'
      const all = acrossOrganizations(api.parts.db)
      for (const table of ['sign_in_attempts', 'sessions', 'sign_in_throttles'] as const) {
        await all.deleteFrom(table).execute()
      }
      await world.switchOn()
    },
    /** The registration lacks an optional claim until the test is over. */
    without(claim: string) {
      const { clientId } = emulator.app
      const set = (idToken: string[]) =>
        emulator.apps.update(clientId, { optionalClaims: { idToken, accessToken: [] } })
      set(CLAIMS.filter((name) => name !== claim))
      onTestFinished(() => {
        set(CLAIMS)
      })
    },
    later(seconds: number) {
      clock.set(new Date(clock.now().getTime() + seconds * 1000))
    },
    person(number = 0): Person {
      const found = emulator.directory.users.filter(({ userType }) => userType !== 'Guest')[number]
      if (!found) throw new Error('the tenant has nobody of this number')
      return found
    },
    /** An owner's script, in an organization. */
    async call(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object, slug = 'default') {
      const headers = await asToken(api.parts, 'owner')
      const url = `/api/v1/organizations/${slug}${path}`
      return await api.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    },
    async connect(more: object = {}, slug = 'default') {
      const { tenant, app } = emulator
      const input = {
        tenantId: tenant.id,
        clientId: app.clientId,
        credential: { kind: 'secret', value: app.secret },
        syncUsers: true,
        syncGroups: true,
        ...more,
      }
      const saved = await world.call('PUT', '/entra/connection', input, slug)
      expect(saved.statusCode, saved.body).toBe(200)
    },
    async synchronise(slug = 'default') {
      const started = await world.call('POST', '/directory/sync-runs', {}, slug)
      expect(started.statusCode, started.body).toBe(202)
      await api.jobs.runDue()
    },
    async switchOn(more: object = {}, slug = 'default') {
      const saved = await world.call('PUT', '/sign-in/provider', { ...PROVIDER, ...more }, slug)
      expect(saved.statusCode, saved.body).toBe(200)
    },
    /** Connected, synchronised, and the sign-in is on. */
    async ready(more: object = {}) {
      await world.connect()
      await world.synchronise()
      await world.switchOn(more)
    },
    browser: (): Browser => portalBrowser(api.app, publicUrl),
    /** Begins a sign-in in a browser. @returns where the provider is. */
    async begin(portal: Browser, more: object = {}): Promise<{ attempt: string; url: string }> {
      const given = { organization: 'default', ...more }
      const started = await portal.send('POST', '/sign-in/start', given)
      expect(started.statusCode, started.body).toBe(200)
      const { attempt, redirectTo } = started.json()
      return { attempt, url: redirectTo }
    },
    /** Goes through the provider's pages. @returns the way back that it has the browser open. */
    async wayBack(user: Person, url: string): Promise<string> {
      const end = await signInAs(user, { url, emulator })
      if (end.kind !== 'answer') throw new Error(`the sign-in ended on a page: ${end.kind}`)
      return `/?${new URLSearchParams(end.fields)}`
    },
    async signIn(portal: Browser, user: Person = world.person(), more: object = {}) {
      const { attempt, url } = await world.begin(portal, more)
      const back = await portal.visit(await world.wayBack(user, url))
      expect(back.statusCode).toBe(303)
      return { attempt, location: back.headers.location }
    },
    /** What the sign-in page is told. */
    async outcome(portal: Browser, attempt: string) {
      return (await portal.get(`/sign-in/attempts/${attempt}`)).json()
    },
    /** Every row of a table, of whatever organization. */
    all: (table: 'sign_in_attempts' | 'sessions' | 'provider_identities' | 'sign_in_throttles') =>
      acrossOrganizations(api.parts.db).selectFrom(table).selectAll().execute() as Promise<
        Record<string, unknown>[]
      >,
    /** How often the provider's token endpoint was asked. */
    asked: () =>
      emulator.log.entries({ side: 'login' }).filter(({ path }) => path.endsWith('/token')).length,
    async isSignedIn(portal: Browser): Promise<boolean> {
      return (await portal.session()).kind === 'signedIn'
    },
    /** What the audit log says of sign-ins, newest first. */
    async audited(action: string) {
      const answer = await world.call('GET', `/audit-events?action=${action}`)
      return answer.json().items as { details: Record<string, unknown>; actor: { id: string } }[]
    },
    async [Symbol.asyncDispose]() {
      await api.jobs.stop()
      await api[Symbol.asyncDispose]()
      await emulator.stop()
    },
  }
  return world
}
