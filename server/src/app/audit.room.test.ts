import type { AuditAction } from '@mooring/contract/audit'
import { type Endpoint, type EndpointName, endpoints } from '@mooring/contract/endpoints'
import type { Role } from '@mooring/contract/permissions'
import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'
import { type Emulator, startEmulator } from '@mooring/emulator'
import { sql } from 'kysely'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeAuthorityImport } from '../../testing/authority-import.ts'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { createAuthenticator } from '../../testing/software-authenticator.ts'
import { judgeDevices } from '../compliance/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { systemClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type EndpointCall, endpointCaller } from './endpoint-caller.ts'
import { openEntraParts } from './entra-parts.ts'
import { defineJobs } from './jobs.ts'
import { toSyncParts } from './sync-parts.ts'
import {
  addCertificate,
  addDevice,
  asPerson,
  type Browser,
  type BrowserCall,
  createBrowser,
  stepUpWithPassword,
  testApi,
} from './testing.ts'

// Everything that changes something leaves an event: the whole table of endpoints is gone through.

const database = await testDatabase()
let emulator: Emulator
let api: ReturnType<typeof testApi>
let entra: ReturnType<typeof openEntraParts>
let home: OrganizationId

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  const env = {
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
  }
  api = testApi(database.database, systemClock, { env })
  ;({ send, done } = endpointCaller(api))
  entra = openEntraParts(api.parts)
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, entra))
  await api.jobs.start(false)
})
beforeEach(async () => {
  await database.truncate()
  home = (await loadHomeOrganization(api.parts.db)).id
  await checkMasterKey(api.parts.db, home, api.parts.keys.ring())
})
afterAll(async () => {
  await api.jobs.stop()
  await entra.http.close()
  await api[Symbol.asyncDispose]()
  await emulator.stop()
  await database[Symbol.asyncDispose]()
})

let send: ReturnType<typeof endpointCaller>['send']
let done: ReturnType<typeof endpointCaller>['done']

const connection = (more: object = {}) => ({
  tenantId: emulator.tenant.id,
  clientId: emulator.app.clientId,
  credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2030-01-31' },
  syncUsers: true,
  syncGroups: true,
  ...more,
})
const pushApp = () => ({
  packageSid: emulator.pushApp.sid,
  packageFamilyName: emulator.pushApp.familyName,
  secret: emulator.pushApp.secret,
})
const connect = (more: object = {}) => done('putConnection', { body: connection(more) })

async function addOrganization(slug: string): Promise<OrganizationId> {
  const id = newId('org')
  await api.parts.db.insertInto('organizations').values({ id, slug, name: slug }).execute()
  return id
}

const rows = () => directoryRows(api.parts.db, home)
/** Administrators are a person's business: a token may not. */
const asOwner = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
  const owner = await browse('owner@example.org')
  return { headers: await proven(owner, method, `${base}/administrators${path}`, body) }
}
const invite = async (role: Role = 'helpdesk') => {
  const body = { email: 'new@example.org', role }
  const owner = await browse('inviter@example.org')
  const headers = await proven(owner, 'POST', `${base}/administrators`, body)
  return await done('createAdministrator', { headers, body })
}
const SETTINGS = {
  schedule: { kind: 'every', minutes: 60 },
  scope: { kind: 'all' },
  guests: 'include',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake: { atLeast: 10, percent: 10 },
}
const base = '/organizations/default'
const linkToken = ({ passwordLink }: { passwordLink: string }) =>
  new URL(passwordLink).hash.slice(1)
const PASSWORD = 'four words nobody else combines'

const syncOfMany = async () => ({
  key: 'one-request',
  command: { kind: 'sync' },
  target: { kind: 'devices', devices: [await addDevice(api.parts, home)] },
})
const deviceGroup = async (): Promise<string> =>
  (await send('createDeviceGroup', { body: { name: 'Room 12' } })).json().id

const deviceView = () => ({
  name: 'Not encrypted',
  filter: { encrypted: 'no' },
  columns: ['name'],
  sort: 'name',
  descending: false,
  shared: true,
})

/** One device, or more than one person may take away. */
async function wipeOf(how: 'one' | 'many') {
  const count = how === 'one' ? 1 : 6
  const devices: string[] = []
  for (let left = count; left > 0; left -= 1) devices.push(await addDevice(api.parts, home))
  const confirmation = how === 'one' ? 'LAPTOP-1' : String(count)
  return { kind: 'wipe', devices, reason: 'lost on the train', confirmation }
}
async function askForWipe(how: 'one' | 'many'): Promise<{ id: string; listHash: string }> {
  const body = await wipeOf(how)
  const owner = await browse('asker@example.org')
  const headers = await proven(owner, 'POST', `${base}/wipes`, body)
  return await done('createWipe', { headers, body })
}

/** A person who is signed in, and a device of their own. */
async function ownDevice() {
  const { id, entra_id: entraId } = await rows().user(1, 'Ada')
  const device = await addDevice(api.parts, home)
  await api.parts.db
    .updateTable('devices')
    .set({ user_entra_id: entraId })
    .where('organization_id', '=', home)
    .where('id', '=', device)
    .execute()
  return { device, headers: await asPerson(api.parts, home, id) }
}

const browse = (email = 'ada@example.org') => createBrowser(api.parts, api.app, email)
/** The headers with which a browser makes a dangerous call. */
async function proven(
  browser: Browser,
  method: BrowserCall['method'],
  path: string,
  payload?: object,
) {
  const act = { method, url: `/api/v1${path}`, ...(payload ? { payload } : {}) }
  const stepUp = await stepUpWithPassword(api.app, browser, act)
  return { ...browser.headers(), 'x-step-up': stepUp }
}
async function sessionOf(browser: Browser): Promise<string> {
  const { items } = await done('listMySessions', { headers: browser.headers() })
  return items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent).id
}

/** Offers a passkey, which an authenticator made of software makes. */
async function makePasskey(browser: Browser) {
  const headers = await proven(browser, 'POST', '/account/passkeys/offer')
  const offer = await done('offerPasskey', { headers })
  const authenticator = createAuthenticator('http://localhost:8080')
  return { authenticator, body: { name: 'Notebook', response: authenticator.create(offer) } }
}
async function withPasskey() {
  const browser = await browse()
  const { authenticator, body } = await makePasskey(browser)
  const { id } = await done('addPasskey', { headers: browser.headers(), body })
  return { browser, authenticator, id }
}
const PROVIDER = {
  kind: 'entra',
  enabled: true,
  label: 'Contoso',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}

type Recorded = { readonly action: AuditAction; readonly call: () => Promise<EndpointCall> }
type LetOff = { readonly why: string }
const records = (action: AuditAction, call: () => Promise<EndpointCall>): Recorded => ({
  action,
  call,
})
const letOff = (why: string): LetOff => ({ why })

/** Every endpoint that is no GET: which event it leaves when called so, or why it leaves none. */
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
const ENDPOINTS: Partial<Record<EndpointName, Recorded | LetOff>> = {
  signIn: records('sign-in.succeeded', async () => {
    const { email, password } = await browse()
    return { headers: {}, body: { email, password } }
  }),
  signOut: records('sign-in.ended', async () => ({ headers: (await browse()).headers() })),
  readPasswordLink: letOff('looks at a link and changes nothing'),
  setPassword: records('password.set', async () => {
    const token = linkToken(await invite())
    return { headers: {}, body: { token, password: PASSWORD } }
  }),
  createOrganization: records('organization.created', async () => ({
    body: { slug: 'north', name: 'North' },
  })),
  updateOrganization: records('organization.renamed', async () => ({ body: { name: 'Home' } })),
  deleteOrganization: records('organization.deleted', async () => {
    await addOrganization('north')
    return { org: 'north', query: 'confirm=north' }
  }),
  createAdministrator: records('administrator.invited', async () => {
    const body = { email: 'new@example.org', role: 'helpdesk' }
    return { ...(await asOwner('POST', '', body)), body }
  }),
  changeAdministrator: records('administrator.role-changed', async () => {
    const { id } = await invite()
    const body = { role: 'auditor' }
    return { ...(await asOwner('PATCH', `/${id}`, body)), names: [id], body }
  }),
  renewPasswordLink: records('administrator.link-renewed', async () => {
    const { id } = await invite()
    return { ...(await asOwner('POST', `/${id}/password-link`)), names: [id] }
  }),
  deleteAdministrator: records('administrator.removed', async () => {
    const { id } = await invite()
    return { ...(await asOwner('DELETE', `/${id}`)), names: [id] }
  }),
  createToken: records('token.created', async () => ({
    body: { name: 'reader', role: 'auditor', expiresInDays: 30 },
  })),
  revokeToken: records('token.revoked', async () => ({
    names: [(await done('createToken', { body: { name: 'reader', role: 'auditor' } })).id],
  })),
  createRoleAssignment: records('role.given', async () => {
    await rows().user(1, 'Ada')
    return { body: { role: 'helpdesk', holder: { kind: 'user', id: 'usr_1' } } }
  }),
  deleteRoleAssignment: records('role.taken', async () => {
    await rows().user(1, 'Ada')
    const body = { role: 'helpdesk', holder: { kind: 'user', id: 'usr_1' } }
    return { names: [(await done('createRoleAssignment', { body })).id] }
  }),
  putConnection: records('connection.saved', async () => ({ body: connection() })),
  deleteConnection: records('connection.removed', async () => {
    await connect()
    return { query: 'confirm=default' }
  }),
  checkConnection: records('connection.checked', async () => {
    await connect()
    return {}
  }),
  patchGuide: records('guide.changed', async () => ({ body: { track: 'directory' } })),
  saveDirectorySettings: records('directory-settings.saved', async () => ({ body: SETTINGS })),
  previewDirectorySettings: letOff('shows what saving would change, and saves nothing'),
  createSyncRun: records('sync.started', async () => {
    await connect()
    return { body: { mode: 'delta' } }
  }),
  cancelSyncRun: records('sync.cancelled', async () => {
    await connect()
    return { names: [(await done('createSyncRun', { body: { mode: 'delta' } })).id] }
  }),
  approveSyncRun: records('sync.approved', async () => {
    await connect()
    await rows().run('run_held', { state: 'held', holds: '[]' })
    return { names: ['run_held'], body: { reason: 'as agreed' } }
  }),
  removeUsers: records('directory.users-removed', async () => {
    await connect({ syncUsers: false })
    return { query: 'confirm=default' }
  }),
  removeGroups: records('directory.groups-removed', async () => {
    await connect({ syncGroups: false })
    return { query: 'confirm=default' }
  }),
  endMySession: records('session.ended', async () => {
    const browser = await browse()
    return { headers: browser.headers(), names: [await sessionOf(await browser.again())] }
  }),
  endMySessions: records('session.all-ended', async () => ({
    headers: (await browse()).headers(),
  })),
  endSession: records('session.ended', async () => ({ names: [await sessionOf(await browse())] })),
  endSessionsOfUser: records('session.all-ended', async () => {
    await rows().user(1, 'Ada')
    return { names: ['usr_1'] }
  }),
  offerTotp: letOff('an offer; `confirmTotp` is recorded'),
  confirmTotp: records('second-factor.added', async () => {
    const browser = await browse()
    const headers = await proven(browser, 'POST', '/account/totp')
    const { secret } = await done('offerTotp', { headers })
    const code = new TOTP({ secret }).generate({ timestamp: systemClock.now().getTime() })
    return { headers: browser.headers(), body: { code } }
  }),
  removeTotp: records('second-factor.removed', async () => ({
    headers: await proven(await browse(), 'DELETE', '/account/totp'),
  })),
  offerPasskey: letOff('an offer; `addPasskey` is recorded'),
  addPasskey: records('second-factor.added', async () => {
    const browser = await browse()
    const { body } = await makePasskey(browser)
    return { headers: browser.headers(), body }
  }),
  removePasskey: records('second-factor.removed', async () => {
    const { browser, id } = await withPasskey()
    return { headers: await proven(browser, 'DELETE', `/account/passkeys/${id}`), names: [id] }
  }),
  offerPasskeySignIn: letOff('an offer; `signInWithPasskey` is recorded'),
  signInWithPasskey: records('sign-in.succeeded', async () => {
    const { authenticator } = await withPasskey()
    const offer = await done('offerPasskeySignIn', { headers: {} })
    return { headers: {}, body: { response: authenticator.get(offer) } }
  }),
  beginStepUp: letOff('the act that it is for is recorded'),
  stepUpWithPassword: letOff('the act that it is for is recorded; a wrong proof is, as refused'),
  offerPasskeyStepUp: letOff('the act that it is for is recorded'),
  stepUpWithPasskey: letOff('the act that it is for is recorded; a wrong proof is, as refused'),
  startSignIn: letOff('leads to the provider; what comes back is recorded'),
  startProviderStepUp: letOff('leads to the provider; the act that it is for is recorded'),
  putProvider: records('provider.saved', async () => {
    await connect()
    return { body: PROVIDER }
  }),
  checkProvider: records('provider.checked', async () => {
    await connect()
    await done('putProvider', { body: PROVIDER })
    return {}
  }),
  startSignInTest: records('sign-in.tested', async () => {
    await connect()
    await done('putProvider', { body: PROVIDER })
    return { headers: (await browse()).headers() }
  }),
  rollOverCertificateAuthority: records('authority.switched', async () => ({
    body: { step: 'switch' },
  })),
  importCertificateAuthority: records('authority.switched', async () => ({
    body: await makeAuthorityImport(),
  })),
  putCertificateSettings: records('certificate-settings.saved', async () => ({
    body: { algorithm: 'ecdsaP256', validityDays: 365, sha1Allowed: false },
  })),
  revokeCertificate: records('certificate.revoked', async () => ({
    names: [await addCertificate(api.parts, home)],
    body: { reason: 'keyCompromise' },
  })),
  createDeviceCommand: records('device.command-given', async () => ({
    names: [await addDevice(api.parts, home)],
    body: { kind: 'reboot' },
  })),
  cancelDeviceCommand: records('device.command-cancelled', async () => {
    const device = await addDevice(api.parts, home)
    const made = await send('createDeviceCommand', { names: [device], body: { kind: 'reboot' } })
    return { names: [device, made.json().id] }
  }),
  retryDeviceCommand: records('device.command-given', async () => {
    const device = await addDevice(api.parts, home)
    const made = await send('createDeviceCommand', { names: [device], body: { kind: 'reboot' } })
    const { id } = made.json()
    await api.parts.db
      .updateTable('device_commands')
      .set({ state: 'failed' })
      .where('organization_id', '=', home)
      .where('id', '=', id)
      .execute()
    return { names: [device, id] }
  }),
  previewCommandBatch: letOff('says whom a command would reach, and tells nobody'),
  createCommandBatch: records('device.commands-given', async () => ({ body: await syncOfMany() })),
  cancelCommandBatch: records('device.commands-cancelled', async () => {
    const made = await send('createCommandBatch', { body: await syncOfMany() })
    return { names: [made.json().id] }
  }),
  exportCommandBatch: records('device.commands-exported', async () => {
    const made = await send('createCommandBatch', { body: await syncOfMany() })
    return { names: [made.json().id] }
  }),
  createDeviceView: records('device-view.created', async () => ({ body: deviceView() })),
  changeDeviceView: records('device-view.changed', async () => ({
    names: [(await done('createDeviceView', { body: deviceView() })).id],
    body: { name: 'Rarely seen' },
  })),
  deleteDeviceView: records('device-view.deleted', async () => ({
    names: [(await done('createDeviceView', { body: deviceView() })).id],
  })),
  createDeviceGroup: records('device-group.created', async () => ({ body: { name: 'Room 12' } })),
  changeDeviceGroup: records('device-group.changed', async () => ({
    names: [await deviceGroup()],
    body: { name: 'Room 13' },
  })),
  deleteDeviceGroup: records('device-group.deleted', async () => ({
    names: [await deviceGroup()],
  })),
  addDeviceGroupMembers: records('device-group.members-added', async () => ({
    names: [await deviceGroup()],
    body: { devices: [await addDevice(api.parts, home)] },
  })),
  removeDeviceGroupMembers: records('device-group.members-removed', async () => ({
    names: [await deviceGroup()],
    body: { devices: [await addDevice(api.parts, home)] },
  })),
  createWipe: records('wipe.requested', async () => {
    const body = await wipeOf('one')
    const owner = await browse('wiper@example.org')
    return { headers: await proven(owner, 'POST', `${base}/wipes`, body), body }
  }),
  approveWipe: records('wipe.approved', async () => {
    const { id, listHash } = await askForWipe('many')
    const second = await browse('second@example.org')
    const body = { listHash }
    const headers = await proven(second, 'POST', `${base}/wipes/${id}/approve`, body)
    return { names: [id], headers, body }
  }),
  cancelWipe: records('wipe.cancelled', async () => ({ names: [(await askForWipe('one')).id] })),
  putWipeLimits: records('wipe-guard.limits-saved', async () => {
    const body = { perPersonHour: 1, perDay: 5, holdMinutes: 30 }
    const owner = await browse('wiper@example.org')
    return { headers: await proven(owner, 'PUT', `${base}/wipe-guard/limits`, body), body }
  }),
  freezeWipes: records('wipe-guard.frozen', async () => ({})),
  putComplianceRules: records('compliance.rules-saved', async () => ({
    body: { rules: [{ id: 'disk', check: { kind: 'encrypted' } }] },
  })),
  putComplianceSettings: records('compliance.settings-saved', async () => ({
    body: { mode: 'off', paused: true, untoldCounts: false },
  })),
  reportDeviceCompliance: records('compliance.device-reported', async () => {
    const device = await addDevice(api.parts, home)
    await judgeDevices(api.parts)
    return { names: [device] }
  }),
  thawWipes: records('wipe-guard.thaw-asked', async () => {
    await done('freezeWipes', {})
    const owner = await browse('wiper@example.org')
    return { headers: await proven(owner, 'POST', `${base}/wipe-guard/thaw`) }
  }),
  actOnMyDevice: records('device.command-given', async () => {
    const { device, headers } = await ownDevice()
    return { names: [device], headers, body: { act: 'sync' } }
  }),
  reportMyDeviceLost: records('device.reported-lost', async () => {
    const { device, headers } = await ownDevice()
    return { names: [device], headers, body: { reason: 'left on the train' } }
  }),
  endDeviceLoss: records('device.found', async () => {
    const { device, headers } = await ownDevice()
    const body = { reason: 'left on the train' }
    await done('reportMyDeviceLost', { names: [device], headers, body })
    return { names: [device] }
  }),
  putSelfServiceSettings: records('self-service-settings.saved', async () => ({
    body: { sync: true, restart: true, lock: false, reportLost: true, lockWhenLost: false },
  })),
  putPollSchedule: records('session-settings.poll-saved', async () => ({
    body: { ...POLL_SCHEDULE, afterwardsMinutes: 480 },
  })),
  putPushCredentials: records('session-settings.push-saved', async () => ({ body: pushApp() })),
  removePushCredentials: records('session-settings.push-removed', async () => {
    await done('putPushCredentials', { body: pushApp() })
    return {}
  }),
  putDigestFallback: records('session-settings.digest-allowed', async () => ({
    body: { allowed: true },
  })),
  callDevice: records('device.called', async () => {
    await done('putPushCredentials', { body: pushApp() })
    return { names: [await addDevice(api.parts, home)] }
  }),
  putEnrolmentSettings: records('enrolment-settings.saved', async () => ({
    body: ENROLMENT_RULES,
  })),
  putTermsPage: records('terms-page.saved', async () => ({
    body: { enabled: true, fallback: 'en', texts: { en: { title: 'Terms', body: 'Be good.' } } },
  })),
  runOutsideTest: records('enrolment.tested', async () => ({})),
  createEnrolmentToken: records('enrolment-token.created', async () => ({
    body: { name: 'school', ownership: 'corporate' },
  })),
  revokeEnrolmentToken: records('enrolment-token.revoked', async () => {
    const body = { name: 'school', ownership: 'corporate' }
    const made = await send('createEnrolmentToken', { body })
    return { names: [made.json().id] }
  }),
  verifyAuditEvents: records('audit.verified', async () => ({})),
  saveAuditSettings: records('audit.settings-saved', async () => ({
    body: { retentionDays: 90 },
  })),
  // Reading that takes much away at once.
  exportAuditEvents: records('audit.exported', async () => ({})),
  exportDevices: records('device.list-exported', async () => ({})),
  exportSyncChanges: records('sync.exported', async () => {
    await rows().run('run_1')
    return { names: ['run_1'] }
  }),
}

const changing = (Object.entries(endpoints) as [EndpointName, Endpoint][])
  .filter(([, { method }]) => method !== 'GET')
  .map(([name]) => name)
const recorded = Object.entries(ENDPOINTS).filter((entry): entry is [EndpointName, Recorded] => {
  return 'action' in entry[1]
})

async function actions(): Promise<string[]> {
  const { rows: found } = await sql<{ action: string }>`
    select action from audit_events order by organization_id, number`.execute(
    acrossOrganizations(api.parts.db),
  )
  return found.map(({ action }) => action)
}

test('every endpoint that changes something is in the list of those that leave an event, or is let off', () => {
  expect(changing.filter((name) => !ENDPOINTS[name])).toEqual([])
})

describe('an event is left by', () => {
  test.each(recorded)('%s', async (name, { action, call }) => {
    const given = await call()
    const before = (await actions()).filter((found) => found === action).length

    const answer = await send(name, given)

    expect(answer.statusCode, answer.body).toBe(endpoints[name].status)
    const after = (await actions()).filter((found) => found === action).length
    expect(after).toBeGreaterThan(before)
  })

  test('nothing that is refused as wrong, and so changes nothing', async () => {
    await send('updateOrganization', { body: { name: '' } })
    await send('putConnection', { body: connection({ tenantId: guid(1), credential: undefined }) })

    expect(await actions()).toEqual([])
  })
})
