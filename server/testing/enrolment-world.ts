import { createServer } from 'node:net'
import { type DeviceOptions, startEmulator, WindowsDevice } from '@mooring/emulator'
import { expect } from 'vitest'
import { defineJobs } from '../src/app/jobs.ts'
import { toSyncParts } from '../src/app/sync-parts.ts'
import { asToken, testApi } from '../src/app/testing.ts'
import { loadHomeOrganization } from '../src/organizations/index.ts'
import { steppingClock } from '../src/platform/clock.ts'
import { checkMasterKey } from '../src/platform/master-key-check.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { TestDatabase } from './database.ts'

const ENROLLED = [
  'devices',
  'certificates',
  'enrolment_attempts',
  'enrolment_settings',
  'enrolment_uses',
  'enrolment_tokens',
  'terms_pages',
] as const
const RULES = {
  who: { kind: 'all' },
  devicesPerPerson: null,
  minimumBuild: null,
  editions: null,
  corporate: true,
  personal: true,
  unknownUsers: 'refuse',
  withoutTerms: false,
}
const NOW = new Date('2026-11-25T08:00:00Z')

/** The whole server on a port of its own, an emulated tenant, and simulated devices that join it. */
export async function enrolmentWorld(database: TestDatabase) {
  const port = await freePort()
  const publicUrl = `http://localhost:${port}`
  const clock = steppingClock(NOW)
  const emulator = await startEmulator({ users: 20, groups: 6, now: () => clock.now() })
  const env = {
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
    MOORING_WNS_URL: emulator.url,
  }
  const api = testApi(database.database, clock, { env, publicUrl })
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, api.entra))
  await api.jobs.start(false)
  await api.app.listen({ port, host: 'localhost' })
  emulator.enrolment.setMobility({ serverUrl: publicUrl })

  const world = {
    clock,
    emulator,
    api,
    publicUrl,
    db: api.parts.db,
    async reset() {
      clock.set(NOW)
      await database.truncate()
      const { id } = await loadHomeOrganization(api.parts.db)
      await checkMasterKey(api.parts.db, id, api.parts.keys.ring())
      return id
    },
    /** The same without emptying the directory, which takes long: nothing has enrolled, and rules are the usual. */
    async again() {
      emulator.enrolment.setMobility({ serverUrl: publicUrl, tokenVersion: 2 })
      for (const table of ENROLLED) {
        await acrossOrganizations(api.parts.db).deleteFrom(table).execute()
      }
      world.later(3600)
    },
    /** Saves rules of enrolment, the usual ones but for these. */
    async setRules(rules: object, slug = 'default') {
      const saved = await world.call('PUT', '/enrolments/settings', { ...RULES, ...rules }, slug)
      expect(saved.statusCode, saved.body).toBe(200)
    },
    later(seconds: number) {
      clock.set(new Date(clock.now().getTime() + seconds * 1000))
    },
    /** A member of the tenant, by number. */
    person(number = 0) {
      const members = emulator.directory.users.filter(({ userType }) => userType !== 'Guest')
      const found = members[number]
      if (!found) throw new Error('the tenant has nobody of this number')
      return found
    },
    /** An owner's script, in an organization. */
    async call(
      method: 'GET' | 'PUT' | 'POST' | 'DELETE',
      path: string,
      payload?: object,
      slug = 'default',
    ) {
      const headers = await asToken(api.parts, 'owner')
      const url = `/api/v1/organizations/${slug}${path}`
      return await api.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
    },
    async addOrganization(slug: string) {
      const made = await api.app.inject({
        method: 'POST',
        url: '/api/v1/organizations',
        headers: await asToken(api.parts, 'owner'),
        payload: { slug, name: slug },
      })
      expect(made.statusCode, made.body).toBe(201)
    },
    async connect(slug = 'default') {
      const { tenant, app } = emulator
      const input = {
        tenantId: tenant.id,
        clientId: app.clientId,
        credential: { kind: 'secret', value: app.secret },
        syncUsers: true,
        syncGroups: true,
      }
      const saved = await world.call('PUT', '/entra/connection', input, slug)
      expect(saved.statusCode, saved.body).toBe(200)
    },
    async synchronise(slug = 'default') {
      const started = await world.call('POST', '/directory/sync-runs', {}, slug)
      expect(started.statusCode, started.body).toBe(202)
      await api.jobs.runDue()
    },
    /** Connected and synchronised. */
    async ready() {
      await world.connect()
      await world.synchronise()
    },
    /** People of the organization sign in with Microsoft. */
    async switchOnSignIn() {
      const provider = {
        kind: 'entra',
        enabled: true,
        label: 'Microsoft',
        createUnknownUsers: false,
        registration: { kind: 'connection' },
        stepUpContext: null,
      }
      const { clientId } = emulator.app
      emulator.apps.update(clientId, { redirectUris: [publicUrl] })
      const saved = await world.call('PUT', '/sign-in/provider', provider)
      expect(saved.statusCode, saved.body).toBe(200)
    },
    device: (options: DeviceOptions = {}) =>
      new WindowsDevice({ entra: emulator.enrolment, now: () => clock.now(), ...options }),
    async devices(query = '', slug = 'default') {
      return (await world.call('GET', `/devices${query}`, undefined, slug)).json().items
    },
    async attempts(query = '', slug = 'default') {
      return (await world.call('GET', `/enrolments/attempts${query}`, undefined, slug)).json().items
    },
    async [Symbol.asyncDispose]() {
      await api.jobs.stop()
      await api[Symbol.asyncDispose]()
      await emulator.stop()
    },
  }
  return world
}

/** Taken and given back: the server has to know its own address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
