import { type Endpoint, endpoints } from '@mooring/contract/endpoints'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import {
  addCertificate,
  addDevice,
  asToken,
  type Browser,
  createBrowser,
  testApi,
} from './testing.ts'

const database = await testDatabase()
const api = testApi(database.database, steppingClock(new Date('2026-11-25T12:00:00Z')))
const { app, parts } = api
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Endpoints = typeof endpoints
type Dangerous = {
  [Name in keyof Endpoints]: Endpoints[Name] extends { readonly stepUp: true } ? Name : never
}[keyof Endpoints]

const CONNECTION = {
  tenantId: guid(900),
  clientId: guid(901),
  credential: { kind: 'secret', value: 'a secret of forty characters, or about it' },
  syncUsers: true,
  syncGroups: true,
}
const ENROLMENT_RULES = {
  who: { kind: 'nobody' },
  devicesPerPerson: 5,
  minimumBuild: '10.0.22631',
  editions: null,
  corporate: true,
  personal: false,
  unknownUsers: 'refuse',
  withoutTerms: false,
}
const rules = (brake: object) => ({
  schedule: { kind: 'off' },
  scope: { kind: 'all' },
  guests: 'exclude',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake,
})
let browser: Browser
const ids = {
  org: 'default',
  administrator: '',
  assignment: '',
  passkey: 'pky_1',
  certificate: '',
  device: '',
  command: '',
  run: 'run_held',
}

/** A call of each that would go through with a proof. One that is missing here does not compile. */
const CALLS: Readonly<Record<Dangerous, { org?: string; query?: string; payload?: object }>> = {
  createAdministrator: { payload: { email: 'new@example.com', role: 'owner' } },
  changeAdministrator: { payload: { role: 'owner' } },
  renewPasswordLink: {},
  deleteAdministrator: {},
  createToken: { payload: { name: 'script', role: 'auditor' } },
  createRoleAssignment: { payload: { role: 'auditor', holder: { kind: 'user', id: 'usr_2' } } },
  deleteRoleAssignment: {},
  putConnection: { payload: CONNECTION },
  deleteConnection: { query: '?confirm=default' },
  putProvider: {
    payload: {
      kind: 'entra',
      enabled: true,
      label: 'Example',
      createUnknownUsers: false,
      registration: { kind: 'connection' },
      stepUpContext: null,
    },
  },
  deleteOrganization: { org: 'north', query: '?confirm=north' },
  offerTotp: {},
  removeTotp: {},
  offerPasskey: {},
  removePasskey: {},
  rollOverCertificateAuthority: { payload: { step: 'switch' } },
  importCertificateAuthority: { payload: { certificate: 'PEM', privateKey: 'PEM' } },
  revokeCertificate: { payload: {} },
  putEnrolmentSettings: { payload: ENROLMENT_RULES },
  saveAuditSettings: { payload: { retentionDays: 90 } },
  putCertificateSettings: {
    payload: { algorithm: 'ecdsaP256', validityDays: 365, sha1Allowed: false },
  },
  removeUsers: { query: '?confirm=default' },
  removeGroups: { query: '?confirm=default' },
  saveDirectorySettings: { payload: rules({ atLeast: 10, percent: 100 }) },
  approveSyncRun: { payload: { reason: 'as agreed' } },
  createDeviceCommand: {
    payload: { kind: 'syncml', operations: [{ verb: 'Get', uri: './DevDetail/SwV' }] },
  },
  retryDeviceCommand: {},
  createCommandBatch: {
    payload: {
      key: 'one-request',
      command: { kind: 'syncml', operations: [{ verb: 'Get', uri: './DevDetail/SwV' }] },
      target: { kind: 'devices', devices: ['dev_1'] },
    },
  },
  putPushCredentials: {
    payload: {
      packageSid: 'S-1-15-2-1-2-3-4-5-6-7',
      packageFamilyName: 'Contoso.Management_8wekyb3d8bbwe',
      secret: 'a secret of the Partner Center',
    },
  },
  removePushCredentials: {},
  putDigestFallback: { payload: { allowed: true } },
  createWipe: {
    payload: {
      kind: 'wipe',
      devices: ['dev_1'],
      reason: 'lost on the train',
      confirmation: 'LAPTOP-1',
    },
  },
  approveWipe: { payload: { listHash: 'hash' } },
  putWipeLimits: { payload: { perPersonHour: 1, perDay: 5, holdMinutes: 30 } },
  thawWipes: {},
  putComplianceRules: { payload: { rules: [{ id: 'disk', check: { kind: 'encrypted' } }] } },
  putComplianceSettings: { payload: { mode: 'off', paused: false, untoldCounts: false } },
  createEnrolmentToken: { payload: { name: 'school', ownership: 'corporate' } },
}

beforeAll(async () => {
  const home = (await loadHomeOrganization(parts.db)).id
  const rows = directoryRows(parts.db, home)
  await rows.user(1, 'Ada')
  await rows.user(2, 'Bela')
  const north = { id: newId('org'), slug: 'north', name: 'North' }
  await parts.db.insertInto('organizations').values(north).execute()
  browser = await createBrowser(parts, app, 'owner@example.com')
  ids.administrator = (await createBrowser(parts, app, 'other@example.com')).administrator
  const headers = await asToken(parts, 'owner')
  const base = '/api/v1/organizations/default'
  const holder = { kind: 'user', id: 'usr_1' }
  const given = await app.inject({
    method: 'POST',
    url: `${base}/role-assignments`,
    headers,
    payload: { role: 'auditor', holder },
  })
  ids.assignment = given.json().id
  const holds = JSON.stringify([{ code: 'manyPeople', values: {} }])
  await rows.run('run_held', { state: 'held', holds })
  ids.certificate = await addCertificate(parts, home)
  ids.device = await addDevice(parts, home)
  const told = await app.inject({
    method: 'POST',
    url: `${base}/devices/${ids.device}/commands`,
    headers,
    payload: CALLS.createDeviceCommand.payload ?? {},
  })
  ids.command = told.json().id
  await parts.db
    .updateTable('device_commands')
    .set({ state: 'failed' })
    .where('organization_id', '=', home)
    .execute()
  const put = { method: 'PUT', url: `${base}/entra/connection`, headers } as const
  await app.inject({ ...put, payload: CONNECTION })
})

test.each(Object.keys(CALLS) as Dangerous[])(
  '%s asks an owner’s session for a proof',
  async (name) => {
    const { method, path }: Endpoint = endpoints[name]
    const { org = ids.org, query = '', payload } = CALLS[name]
    const values: Record<string, string> = { ...ids, org }
    const filled = path.replace(/\{(\w+)\}/g, (_, part: string) => values[part] ?? 'missing')

    const response = await app.inject({
      method,
      url: `/api/v1${filled}${query}`,
      headers: browser.headers(),
      ...(payload ? { payload } : {}),
    })

    expect([response.statusCode, response.json().code]).toEqual([403, 'stepUpNeeded'])
  },
)

test('a connection saved as it is, or for the first time, asks for none', async () => {
  const { credential: _, ...kept } = CONNECTION
  const save = (org: string, payload: object) =>
    app.inject({
      method: 'PUT',
      url: `/api/v1/organizations/${org}/entra/connection`,
      headers: browser.headers(),
      payload,
    })

  expect((await save('default', { ...kept, syncGroups: false })).statusCode).toBe(200)
  expect((await save('default', { ...kept, clientId: guid(902) })).json().code).toBe('stepUpNeeded')
  expect((await save('north', CONNECTION)).statusCode).toBe(200)
})

test('rules and retention that become stricter, and a held run that takes nobody, ask for none', async () => {
  const put = async (path: string, payload: object, method: 'PUT' | 'POST' = 'PUT') => {
    const url = `/api/v1/organizations/default${path}`
    const response = await app.inject({ method, url, headers: browser.headers(), payload })
    return response.json().code ?? response.statusCode
  }
  const home = (await loadHomeOrganization(parts.db)).id
  await parts.db
    .updateTable('sync_runs')
    .set({ state: 'cancelled', holds: JSON.stringify([{ code: 'manyMemberships', values: {} }]) })
    .where('organization_id', '=', home)
    .where('id', '=', 'run_held')
    .execute()

  expect(await put('/audit-settings', { retentionDays: 3650 })).toBe(200)
  expect(await put('/directory/sync-runs/run_held/approve', { reason: 'x' }, 'POST')).toBe(
    'syncRunNotHeld',
  )
  expect(await put('/directory/settings', rules({ atLeast: 1, percent: 1 }))).toBe(200)
})
