import { generateKeyPairSync } from 'node:crypto'
import type { Role } from '@mooring/contract/permissions'
import { saveEnrolled } from '../devices/index.ts'
import { createLastSeen } from '../management/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { createHttpServer } from '../platform/http/http-server.ts'
import { sessionCookieName } from '../platform/http/identity.ts'
import { newId } from '../platform/ids.ts'
import { createJobs } from '../platform/jobs.ts'
import { temporaryKeys } from '../platform/key-source.ts'
import { createLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { createSecrets } from '../platform/secrets.ts'
import { writeTogether } from '../platform/write-together.ts'
import { beginSession, inviteAdministrator, makeApiToken } from '../sign-in/index.ts'
import { openCertificates } from './certificate-parts.ts'
import { readConfig } from './config.ts'
import { openEntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'
import { texts } from './texts.ts'
import { addUrls } from './urls.ts'

/** For room tests: every URL of the server on a test's database, without a listener or workers. */
export function testApi(
  database: Database,
  clock: Clock,
  { publicUrl = 'http://localhost:8080', env = {} }: { publicUrl?: string; env?: object } = {},
) {
  const lines: string[] = []
  const keys = temporaryKeys()
  const parts: Parts = {
    config: { ...readConfig({ MOORING_PUBLIC_URL: publicUrl, ...env }) },
    clock,
    log: createLog('trace', { write: (line) => lines.push(line) }),
    database,
    db: database.db,
    keys,
    secrets: createSecrets(keys),
    migrated: [],
  }
  const { config, log } = parts
  const entra = openEntraParts(parts)
  const metrics = createMetrics('test')
  const jobs = createJobs({ database, log, metrics, clock, migrate: true })
  const app = createHttpServer({
    publicUrl: config.publicUrl,
    tls: undefined,
    trustedProxies: config.trustedProxies,
    log,
    texts,
    metrics,
  })
  const lastSeen = createLastSeen(parts)
  addUrls(app, { parts, entra, jobs, metrics, lastSeen })
  return {
    app,
    parts,
    entra,
    jobs,
    lastSeen,
    /** What was logged so far. */
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await app.close()
      await lastSeen[Symbol.asyncDispose]()
      await entra.http.close()
      metrics.close()
    },
  }
}

/** The headers of a new API token; of the home organization unless another is named. */
export async function asToken(
  { db, clock }: Parts,
  role: Role,
  organization?: OrganizationId,
): Promise<{ authorization: string }> {
  const given = { name: `a test's ${role}`, role, expiresInDays: undefined, createdBy: 'a test' }
  const id = organization ?? (await loadHomeOrganization(db)).id
  const { token } = await makeApiToken(db, id, { given, now: clock.now() })
  return { authorization: `Bearer ${token}` }
}

type App = ReturnType<typeof createHttpServer>
type Answer = Awaited<ReturnType<App['inject']>>
/** A call as a browser makes it. */
export type BrowserCall = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly payload?: object
}

/** A browser in which a local administrator is signed in: it keeps the cookie it was last given. */
export type Browser = {
  readonly administrator: string
  readonly email: string
  readonly password: string
  headers(): Record<string, string>
  read(answer: Answer): void
  /** The same administrator, signed in once more elsewhere. */
  again(): Promise<Browser>
}

/** Invites somebody, who sets a password with the link and is signed in. */
export async function createBrowser(
  { db, clock, config }: Parts,
  app: App,
  email: string,
  role: Role = 'owner',
  at?: OrganizationId,
): Promise<Browser> {
  const organization = at ?? (await loadHomeOrganization(db)).id
  const occasion = { now: clock.now(), publicUrl: config.publicUrl }
  const invitation = await inviteAdministrator(db, { organization, email, role }, occasion)
  if (!invitation) throw new Error(`${email} is taken`)
  const password = `the long password of ${email}`
  const token = invitation.passwordLink.split('#')[1] ?? ''
  const who = { administrator: invitation.administrator.id, email, password }
  return await openBrowser(app, who, '/api/v1/password', { token, password })
}

async function openBrowser(
  app: App,
  who: Pick<Browser, 'administrator' | 'email' | 'password'>,
  url: string,
  payload: object,
): Promise<Browser> {
  const signedIn = await app.inject({ method: 'POST', url, payload })
  let cookie = ''
  const { email, password } = who
  const browser: Browser = {
    ...who,
    headers: () => ({ cookie, 'x-csrf-token': String(signedIn.json().csrfToken) }),
    read(answer) {
      const [set] = answer.cookies
      if (set) cookie = `${set.name}=${set.value}`
    },
    again: () => openBrowser(app, who, '/api/v1/session', { email, password }),
  }
  browser.read(signedIn)
  return browser
}

/** Proves with the password that the browser's owner means this very call. @returns the step-up's id. */
export async function stepUpWithPassword(
  app: App,
  browser: Browser,
  { method, url, payload }: BrowserCall,
  code?: string,
): Promise<string> {
  const post = async (path: string, body: object) => {
    const given = { method: 'POST', url: `/api/v1/session/step-ups${path}`, payload: body } as const
    const answer = await app.inject({ ...given, headers: browser.headers() })
    browser.read(answer)
    return answer.json() as { id: string; state: string }
  }
  const { id } = await post('', { method, path: url, ...(payload ? { body: payload } : {}) })
  const { password } = browser
  const { state } = await post(`/${id}/password`, { password, ...(code ? { code } : {}) })
  if (state !== 'proven') throw new Error(`The step-up is ${state}`)
  return id
}

/** Makes a dangerous call with its proof, as the portal does. */
export async function sendProven(app: App, browser: Browser, call: BrowserCall): Promise<Answer> {
  const stepUp = await stepUpWithPassword(app, browser, call)
  return await app.inject({ ...call, headers: { ...browser.headers(), 'x-step-up': stepUp } })
}

/** Issues a certificate to a device that is not there. @returns the certificate's id. */
export async function addCertificate(parts: Parts, organization: OrganizationId): Promise<string> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const device = {
    deviceId: 'dev_1',
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  }
  const certificates = openCertificates(parts)
  await certificates.prepare(organization)
  const issued = await parts.db
    .transaction()
    .execute((tx) => certificates.issue(tx, organization, device))
  return issued.id
}

/** A device that has enrolled; returns its id. */
export async function addDevice({ db, clock }: Parts, organization: OrganizationId) {
  const id = newId('dev')
  const statements = saveEnrolled(db, organization, {
    id,
    name: 'LAPTOP-1',
    entraDeviceId: undefined,
    mdmDeviceId: 'B5B954E81FBCB94EB79BD08BE625F4EE',
    hardwareId: undefined,
    serialNumber: undefined,
    manufacturer: undefined,
    model: undefined,
    build: '10.0.26100.1',
    edition: undefined,
    locale: undefined,
    ownership: 'corporate',
    scope: 'device',
    user: undefined,
    secretId: 'sec_none',
    groupName: undefined,
    context: {},
    now: clock.now(),
  })
  await writeTogether(db, statements)
  return id
}

/** The headers of a browser in which a synchronised person is signed in. @param id `usr_…` */
export async function asPerson(
  { db, clock, config }: Parts,
  organization: OrganizationId,
  id: string,
): Promise<Record<string, string>> {
  const holder = { organization, kind: 'user', id } as const
  const { token, csrfToken } = await beginSession(db, holder, {
    now: clock.now(),
    way: 'provider',
    clientAddress: '127.0.0.1',
    userAgent: 'a test',
  })
  return {
    cookie: `${sessionCookieName(config.publicUrl)}=${token}`,
    'x-csrf-token': csrfToken,
  }
}
