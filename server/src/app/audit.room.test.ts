import type { AuditAction, AuditEvent } from '@mooring/contract/audit'
import { type Endpoint, type EndpointName, endpoints } from '@mooring/contract/endpoints'
import type { Role } from '@mooring/contract/permissions'
import { type Emulator, startEmulator } from '@mooring/emulator'
import { sql } from 'kysely'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeAuthorityImport } from '../../testing/authority-import.ts'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { createAuthenticator } from '../../testing/software-authenticator.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { CommandIo } from '../platform/control-socket.ts'
import { newId } from '../platform/ids.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Values } from './command.ts'
import { COMMANDS } from './commands.ts'
import { openEntraParts } from './entra-parts.ts'
import { defineJobs } from './jobs.ts'
import { toSyncParts } from './sync-parts.ts'
import {
  addCertificate,
  addDevice,
  asToken,
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

type Call = {
  /** What stands for the `{names}` of the path, in their order behind the organization. */
  readonly names?: readonly string[]
  readonly org?: string
  readonly query?: string
  readonly body?: object
  readonly headers?: Record<string, string>
}

async function send(name: EndpointName, given: Call, role: Role = 'owner') {
  const { method, path }: Endpoint = endpoints[name]
  const names = [...(given.names ?? [])]
  const filled = path.replace('{org}', given.org ?? 'default').replace(/\{\w+\}/g, () => {
    return names.shift() ?? 'missing'
  })
  const headers = given.headers ?? (await asToken(api.parts, role))
  return await api.app.inject({
    method,
    url: `/api/v1${filled}${given.query ? `?${given.query}` : ''}`,
    headers,
    ...(given.body ? { payload: given.body } : {}),
  })
}

/** What must be there for a call to succeed: done by other calls, which must succeed as well. */
async function done(name: EndpointName, given: Call) {
  const answer = await send(name, given)
  expect(answer.statusCode, `${name}: ${answer.body}`).toBe(endpoints[name].status)
  return answer.body ? answer.json() : undefined
}

const connection = (more: object = {}) => ({
  tenantId: emulator.tenant.id,
  clientId: emulator.app.clientId,
  credential: { kind: 'secret', value: emulator.app.secret, expiresAt: '2030-01-31' },
  syncUsers: true,
  syncGroups: true,
  ...more,
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

type Recorded = { readonly action: AuditAction; readonly call: () => Promise<Call> }
type LetOff = { readonly why: string }
const records = (action: AuditAction, call: () => Promise<Call>): Recorded => ({ action, call })
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

const list = async (query = '', headers?: Record<string, string>) => {
  const answer = await send('listAuditEvents', { query, ...(headers ? { headers } : {}) })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json() as { items: AuditEvent[]; nextCursor: string | null }
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

describe('an event says', () => {
  test('who, from where, in which request, and what became of which field', async () => {
    const headers = { ...(await asToken(api.parts, 'owner')), 'user-agent': 'a test/1' }
    const answer = await send('updateOrganization', { headers, body: { name: 'Harbour' } })
    const [event] = (await list()).items

    expect(answer.statusCode).toBe(200)
    expect(event).toMatchObject({
      number: 1,
      action: 'organization.renamed',
      title: 'Organization renamed',
      actor: { kind: 'token', name: "a test's owner" },
      object: { kind: 'organization', id: home, name: 'Harbour' },
      outcome: 'succeeded',
      changes: [{ field: 'name', after: 'Harbour' }],
      clientAddress: '127.0.0.1',
      userAgent: 'a test/1',
      previousHash: '',
    })
    expect(event?.requestId).toBeTruthy()
  })

  test('that a secret was replaced, and never the secret', async () => {
    await connect()
    await connect({ credential: { kind: 'secret', value: 'another-secret-with-30-characters' } })

    const { items } = await list('action=connection.secret-replaced')
    expect(items.map(({ changes }) => changes)).toEqual([
      [{ field: 'credential', before: '(secret)', after: '(secret)' }],
      [{ field: 'credential', before: null, after: '(secret)' }],
    ])
    const { rows: whole } = await sql<{ text: string }>`
      select audit_events::text as text from audit_events`.execute(
      acrossOrganizations(api.parts.db),
    )
    const text = whole.map((row) => row.text).join('\n')
    expect(text).not.toContain(emulator.app.secret)
    expect(text).not.toContain('another-secret-with')
  })

  test('its title in the language of the reader', async () => {
    await done('updateOrganization', { body: { name: 'Harbour' } })
    const headers = { ...(await asToken(api.parts, 'auditor')), 'accept-language': 'de' }

    expect((await list('', headers)).items[0]?.title).toBe('Organisation umbenannt')
  })
})

describe('what somebody may not', () => {
  test('is recorded in their own organization, and told nowhere else', async () => {
    const north = await addOrganization('north')
    const headers = await asToken(api.parts, 'helpdesk', north)

    const foreign = await send('getOrganization', { headers })
    const forbidden = await send('updateOrganization', {
      org: 'north',
      headers,
      body: { name: 'Mine' },
    })

    expect([foreign.statusCode, forbidden.statusCode]).toEqual([404, 403])
    const owner = await asToken(api.parts, 'owner', north)
    const there = await send('listAuditEvents', { org: 'north', headers: owner })
    expect(there.json().items).toMatchObject([
      {
        action: 'access.refused',
        outcome: 'refused',
        details: { code: 'notAllowed', endpoint: 'PATCH /organizations/{org}' },
      },
      { action: 'access.refused', details: { code: 'organizationUnknown', slug: 'default' } },
    ])
    expect((await list()).items).toEqual([])
  })

  test('is a sign-in with a wrong password: at the account, and never what was typed', async () => {
    const { email } = await browse()
    const body = (typed: string) => ({ email: typed, password: 'not the right one' })
    await send('signIn', { headers: {}, body: body(email) })
    await send('signIn', { headers: {}, body: body('my secret password') })

    const { items } = await list('action=sign-in.refused')
    expect(items).toMatchObject([
      { outcome: 'refused', actor: { kind: 'anonymous' }, object: null },
      { outcome: 'refused', object: { kind: 'administrator', name: email } },
    ])
    expect(JSON.stringify(items)).not.toContain('my secret')
  })

  test('is to read, export or configure, unless their role says so', async () => {
    const may = async (role: Role) => {
      const read = await send('listAuditEvents', {}, role)
      const exported = await send('exportAuditEvents', {}, role)
      const saved = await send('saveAuditSettings', { body: { retentionDays: 60 } }, role)
      return [read, exported, saved].map(({ statusCode }) => statusCode)
    }

    expect(await may('owner')).toEqual([200, 200, 200])
    expect(await may('administrator')).toEqual([200, 200, 200])
    expect(await may('auditor')).toEqual([200, 200, 403])
    expect(await may('directory-manager')).toEqual([403, 403, 403])
  })
})

describe('the list', () => {
  test('is leafed through from the newest to the oldest, one organization at a time', async () => {
    const north = await addOrganization('north')
    const stranger = await asToken(api.parts, 'owner', north)
    for (const name of ['A', 'B', 'C', 'D', 'E']) {
      await done('updateOrganization', { body: { name } })
    }
    const numbers: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(
        `limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      )
      numbers.push(...page.items.map(({ number }) => number))
      cursor = page.nextCursor
    }

    expect(numbers).toEqual([5, 4, 3, 2, 1])
    const there = await send('listAuditEvents', { org: 'north', headers: stranger })
    expect(there.json().items).toEqual([])
    const foreign = await send('getAuditEvent', { org: 'north', names: ['1'], headers: stranger })
    expect(foreign.json()).toMatchObject({ status: 404, code: 'auditEventMissing' })
  })

  test('is exported whole as JSON lines, with the export as its last deed', async () => {
    await done('updateOrganization', { body: { name: 'A' } })
    await done('updateOrganization', { body: { name: 'B' } })

    const answer = await send('exportAuditEvents', { query: 'action=organization' })

    expect(answer.headers['content-type']).toContain('application/x-ndjson')
    expect(answer.headers['content-disposition']).toContain('audit-events.jsonl')
    const lines = answer.body.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).number)).toEqual([1, 2])
    expect((await list()).items[0]).toMatchObject({
      action: 'audit.exported',
      details: { action: 'organization', upTo: 2 },
    })
  })

  test('is verified, and a change by hand is told with its number', async () => {
    for (const name of ['A', 'B', 'C']) await done('updateOrganization', { body: { name } })
    const before = (await send('verifyAuditEvents', {})).json()
    await acrossOrganizations(api.parts.db)
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx)
        await sql`update audit_events set actor_name = 'nobody' where number = 2`.execute(tx)
      })
    const after = (await send('verifyAuditEvents', {})).json()

    expect(before).toMatchObject({ state: 'intact', checked: 3, brokenAt: null })
    expect(before.detail).toContain('number 1 to 3')
    expect(after).toMatchObject({ state: 'broken', brokenAt: 2, reason: 'changed' })
  })
})

test('how long events are kept is told and changed, within bounds', async () => {
  expect((await send('getAuditSettings', {})).json()).toEqual({
    retentionDays: 365,
    oldestAt: null,
    removed: 0,
  })
  const saved = await done('saveAuditSettings', { body: { retentionDays: 30 } })
  const tooFew = await send('saveAuditSettings', { body: { retentionDays: 29 } })

  expect(saved).toMatchObject({ retentionDays: 30, removed: 0 })
  expect(tooFew.statusCode).toBe(422)
  expect((await list()).items[0]?.changes).toEqual([
    { field: 'retentionDays', before: 365, after: 30 },
  ])
})

test('a name is found by its beginning of the action, by outcome and by time', async () => {
  await done('updateOrganization', { body: { name: 'A' } })
  await connect()

  const found = async (query: string) => (await list(query)).items.map(({ action }) => action)
  expect(await found('action=connection')).toEqual([
    'connection.secret-replaced',
    'connection.saved',
  ])
  expect(await found('outcome=failed')).toEqual([])
  expect(await found('to=2026-01-01T00:00:00Z')).toEqual([])
  expect((await send('listAuditEvents', { query: 'action=NO%25' })).statusCode).toBe(422)
})

describe('the command', () => {
  const run = async (name: 'audit verify' | 'audit export', values: Values = {}) => {
    let out = ''
    const io: CommandIo = {
      out: (text) => {
        out += text
      },
      err: () => undefined,
      color: false,
      signal: new AbortController().signal,
    }
    const exitCode = await COMMANDS[name]?.run({ ...api.parts, entra }, values, io)
    return { exitCode, out }
  }

  test('verifies, is an event itself, and ends with 1 where the log was tampered with', async () => {
    await done('updateOrganization', { body: { name: 'A' } })
    const intact = await run('audit verify', { json: true })
    await acrossOrganizations(api.parts.db)
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx)
        await sql`delete from audit_events where number = 1`.execute(tx)
      })
    const broken = await run('audit verify')

    expect(intact.exitCode).toBe(0)
    expect(JSON.parse(intact.out)).toMatchObject({ state: 'intact', checked: 1 })
    expect(broken).toMatchObject({ exitCode: 1 })
    expect(broken.out).toContain('Event 1 is missing')
    expect((await list()).items[0]).toMatchObject({
      action: 'audit.verified',
      actor: { kind: 'command' },
      outcome: 'failed',
      details: { at: 1, reason: 'missing' },
    })
  })

  test('exports the organization that it names, line by line', async () => {
    const north = await addOrganization('north')
    const headers = await asToken(api.parts, 'owner', north)
    await done('updateOrganization', { org: 'north', headers, body: { name: 'N' } })
    await done('updateOrganization', { body: { name: 'A' } })

    const { exitCode, out } = await run('audit export', { organization: 'north' })

    expect(exitCode).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).object.name)).toEqual(['N'])
  })
})
