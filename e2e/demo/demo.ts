import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Emulator, startEmulator, type WindowsDevice } from '@mooring/emulator'
import { Api } from './api.ts'
import { complianceSteps } from './compliance-steps.ts'
import { enrolmentSteps } from './enrol-devices.ts'
import { keepComing, managementSteps } from './manage-devices.ts'
import { PersonBrowser } from './person-browser.ts'
import type { Printer, StepResult } from './print.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

type DemoOptions = {
  readonly once: boolean
  readonly keep: string | undefined
  readonly print: Printer
  /** Ends the demo. */
  readonly signal: AbortSignal
}

/** What the steps build up, one after the other. */
type Demo = {
  emulator: Emulator
  server: ServerProcess
  api: Api
  devices: WindowsDevice[]
  email: string
  password: string
}

/** Where people look first. */
const PORT = 8080
const EMAIL = 'admin@example.org'
const ORG = '/organizations/default'

/** Runs the demo. @returns the exit code. */
export async function demo({ once: isOnce, keep, print, signal }: DemoOptions): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const folder = keep ?? (await mkdtemp(join(tmpdir(), 'mooring-demo-')))
  if (!keep) stack.defer(() => rm(folder, { recursive: true, force: true }))
  const password = randomBytes(12).toString('base64url')
  const world: Partial<Demo> = { devices: [], email: EMAIL, password }

  print.line('Mooring, with an emulated Entra tenant:\n')
  const steps: StepResult[] = []
  for (const [name, run] of stepsOf(stack, folder)) {
    if (signal.aborted) break
    const result = await runStep(name, () => run(world as Demo)) // each step finds what those before it built
    steps.push(result)
    print.step(result)
    // Each step stands on those before it.
    if (!result.ok) break
  }
  const ok = steps.length > 0 && steps.every((step) => step.ok) && !signal.aborted
  const portalUrl = world.server?.url ?? null

  if (ok && !isOnce && portalUrl) {
    print.line(
      `\nThe portal: ${portalUrl}\nSign in as: ${EMAIL}\nPassword:   ${password}\nDevices:    ${portalUrl}/o/default/devices/all\nAttempts:   ${portalUrl}/o/default/devices/enrolment\n\nThe PCs come every ten seconds and do what they are told. Ctrl-C ends it.`,
    )
    const coming = keepComing(world.devices ?? [], signal)
    if (!signal.aborted) await once(signal, 'abort')
    await coming
  }
  print.summary({ ok, steps, portalUrl })
  return ok ? 0 : 1
}

async function runStep(name: string, run: () => Promise<string>): Promise<StepResult> {
  const startedAt = performance.now()
  try {
    const detail = await run()
    return { name, ok: true, ms: Math.round(performance.now() - startedAt), detail }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { name, ok: false, ms: Math.round(performance.now() - startedAt), detail }
  }
}

type Step = readonly [name: string, run: (world: Demo) => Promise<string>]

function stepsOf(stack: AsyncDisposableStack, folder: string): readonly Step[] {
  return [
    [
      'start the emulated Entra tenant',
      async (world) => {
        world.emulator = stack.use(await startEmulator({ users: 250, groups: 40 }))
        const { directory } = world.emulator
        return `${directory.users.length} people, ${directory.groups.length} groups`
      },
    ],
    [
      'start the server on its embedded database',
      async (world) => {
        world.server = stack.use(
          await startServerProcess(
            {
              MOORING_DATA_DIR: folder,
              MOORING_CLOUD: 'custom',
              MOORING_ENTRA_AUTHORITY_URL: world.emulator.url,
              MOORING_GRAPH_URL: world.emulator.url,
            },
            PORT,
          ),
        )
        world.api = new Api(world.server.url)
        return world.server.url
      },
    ],
    ['create an administrator and sign in by the one-time link', createAdministrator],
    ['choose the guide’s track and keep what was filled in', fillInGuide],
    ['save the connection', saveConnection],
    ['check the connection', checkConnection],
    ['find every step of the guide done', readGuide],
    ['synchronise people, groups and memberships', synchronise],
    ['compare with the tenant', compare],
    ['show what a synchronisation would change, without changing it', dryRun],
    ['sign a synchronised person in by OpenID Connect', signPersonIn],
    ...enrolmentSteps(),
    ...managementSteps(),
    ...complianceSteps(),
  ]
}

async function createAdministrator({ server, api, email, password }: Demo): Promise<string> {
  const link = (await server.command('admin', 'create', '--email', email)).trim()
  const token = new URL(link).hash.slice(1)
  const session = await api.call<{ kind: string; csrfToken: string }>('POST', '/password', {
    token,
    password,
  })
  if (session.kind !== 'signedIn') throw new Error('the link did not sign in')
  api.useSession(session, password)
  return email
}

async function fillInGuide({ api, emulator }: Demo): Promise<string> {
  const { tenant, app } = emulator
  const guide = await api.call<{ steps: object[] }>('PATCH', `${ORG}/entra/guide`, {
    track: 'directory',
    draft: { tenantId: tenant.id, clientId: app.clientId },
  })
  return `${guide.steps.length} steps`
}

async function saveConnection({ api, emulator }: Demo): Promise<string> {
  const expiresAt = new Date(Date.now() + 180 * 24 * 3600_000).toISOString()
  const connection = await api.callProven<{ tenantId: string }>('PUT', `${ORG}/entra/connection`, {
    tenantId: emulator.tenant.id,
    clientId: emulator.app.clientId,
    credential: { kind: 'secret', value: emulator.app.secret, expiresAt },
    syncUsers: true,
    syncGroups: true,
  })
  return `tenant ${connection.tenantId}`
}

type Report = { state: string; checks: { id: string; state: string; detail: string }[] }

async function checkConnection({ api }: Demo): Promise<string> {
  const report = await api.call<Report>('POST', `${ORG}/entra/connection/check`)
  const failed = report.checks.filter((check) => check.state === 'failed')
  if (failed.length > 0)
    throw new Error(failed.map((check) => `${check.id}: ${check.detail}`).join(' '))
  return `${report.checks.filter((check) => check.state === 'passed').length} of ${report.checks.length} checks passed`
}

async function readGuide({ api }: Demo): Promise<string> {
  // What Entra does not show is marked by a person; the demo is one.
  const marked = { prerequisites: true, 'app-registration': true, permissions: true }
  const guide = await api.call<{ steps: { id: string; state: string; marked?: object }[] }>(
    'PATCH',
    `${ORG}/entra/guide`,
    { marked },
  )
  const wrong = guide.steps.filter((step) => step.state === 'wrong' || step.state === 'open')
  const beforeSync = wrong.filter((step) => step.id !== 'services')
  if (beforeSync.length > 0)
    throw new Error(`not done: ${beforeSync.map((step) => step.id).join(', ')}`)
  return `${guide.steps.length} steps`
}

type Run = {
  id: string
  state: string
  requests: number
  problem?: { detail: string }
  counts: {
    users: { created: number }
    groups: { created: number }
    memberships: { added: number }
  }
}

async function synchronise({ api }: Demo): Promise<string> {
  const { counts, requests } = await runToEnd(api, { mode: 'delta' })
  const { users, groups, memberships } = counts
  return `${users.created} people, ${groups.created} groups, ${memberships.added} memberships in ${requests} requests`
}

async function runToEnd(api: Api, wish: object): Promise<Run> {
  let run = await api.call<Run>('POST', `${ORG}/directory/sync-runs`, wish)
  const deadline = Date.now() + 60_000
  while (run.state === 'queued' || run.state === 'running') {
    if (Date.now() > deadline) throw new Error('it did not come to an end within a minute')
    await delay(100)
    run = await api.call<Run>('GET', `${ORG}/directory/sync-runs/${run.id}`)
  }
  if (run.state !== 'succeeded') throw new Error(`${run.state}: ${run.problem?.detail}`)
  return run
}

type PersonHere = { readonly displayName: string; readonly department: string | null }

/** Somebody changes to another department in Entra: shown field by field, and left as it is. */
async function dryRun({ api, emulator }: Demo): Promise<string> {
  const person = emulator.directory.users.find(({ userType }) => userType !== 'Guest')
  if (!person) throw new Error('the tenant has no members')
  const find = async () => {
    const search = encodeURIComponent(person.userPrincipalName)
    const { items } = await api.call<Page<PersonHere>>(
      'GET',
      `${ORG}/directory/users?search=${search}`,
    )
    return items[0]?.department
  }
  const before = await find()
  emulator.directory.updateUser(person.id, { department: 'Navigation' })
  const { id } = await runToEnd(api, { mode: 'delta', dryRun: true })
  const { items } = await api.call<Page<object>>(
    'GET',
    `${ORG}/directory/sync-runs/${id}/changes?limit=100`,
  )
  if (!JSON.stringify(items).includes('Navigation')) throw new Error('the change is not shown')
  if ((await find()) !== before) throw new Error('it was changed all the same')
  const what = items.length === 1 ? '1 change' : `${items.length} changes`
  return `${what} shown, none made: ${person.displayName} would change to Navigation`
}

type Page<T> = { items: T[]; nextCursor: string | null }

async function compare({ api, emulator }: Demo): Promise<string> {
  const people = await readAll<{ entraId: string; userPrincipalName: string }>(
    api,
    `${ORG}/directory/users`,
  )
  const groups = await readAll<{ entraId: string }>(api, `${ORG}/directory/groups`)
  const here = people.map((user) => `${user.entraId} ${user.userPrincipalName}`).sort()
  // Guests are left out unless an administrator wants them.
  const there = emulator.directory.users
    .filter(({ userType }) => userType !== 'Guest')
    .map((user) => `${user.id} ${user.userPrincipalName}`)
    .sort()
  if (here.join() !== there.join())
    throw new Error(`${here.length} people here, ${there.length} in the tenant`)
  const groupsHere = groups.map((group) => group.entraId).sort()
  const groupsThere = emulator.directory.groups.map((group) => group.id).sort()
  if (groupsHere.join() !== groupsThere.join()) {
    throw new Error(`${groupsHere.length} groups here, ${groupsThere.length} in the tenant`)
  }
  return `equal: ${here.length} people, ${groupsHere.length} groups`
}

/** Somebody opens the portal, signs in on the tenant's own pages, and is recognised. */
async function signPersonIn({ api, emulator, server }: Demo): Promise<string> {
  const { settings } = await api.call<{ settings: object }>('GET', `${ORG}/sign-in/provider`)
  await api.callProven('PUT', `${ORG}/sign-in/provider`, { ...settings, enabled: true })
  const person = emulator.directory.users.find(({ userType }) => userType !== 'Guest')
  if (!person) throw new Error('the tenant has no members')
  const account = await new PersonBrowser(server.url).signIn(person, emulator)
  if (account !== person.displayName) throw new Error(`it signed in ${account}`)
  return account
}

async function readAll<T>(api: Api, path: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<T> = await api.call(
      'GET',
      `${path}?limit=100${cursor ? `&cursor=${cursor}` : ''}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}
