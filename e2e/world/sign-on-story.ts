import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@mooring/emulator'
import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { Api } from '../demo/api.ts'
import { startServerProcess } from '../demo/server-process.ts'

const ORG = '/api/v1/organizations/default'
/** Of every local administrator of a story. */
export const PASSWORD = 'four words nobody else combines'

type Person = Emulator['directory']['users'][number]
type Run = { id: string; state: string }
type Items = { items: { id: string; displayName: string }[] }

/** A connected and synchronised organization whose people sign in with Microsoft. */
export async function startSignOnStory() {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-sign-on-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulator({ users: 30, groups: 8 }))
  // Runs are started by hand here, so that a story knows when one is over.
  emulator.scenario.subscriptions.automatic = false
  const server = stack.use(
    await startServerProcess({
      MOORING_DATA_DIR: folder,
      MOORING_CLOUD: 'custom',
      MOORING_ENTRA_AUTHORITY_URL: emulator.url,
      MOORING_GRAPH_URL: emulator.url,
    }),
  )
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: [server.url],
    optionalClaims: { idToken: ['sid', 'login_hint', 'auth_time'], accessToken: [] },
  })
  const printed = await server.command('token', 'create', '--name', 'story', '--role', 'owner')
  const script = asScript(server.url, printed.trim())
  await connect(script, emulator)
  const moved = stack.move()
  return {
    emulator,
    server,
    script,
    /** Somebody who works there, and whom the story has not met yet. */
    person: pickFrom(emulator),
    /** A new group in Entra with one member. */
    addGroup(displayName: string, member: Person) {
      const group = emulator.directory.addGroup({ displayName })
      emulator.directory.addMember(group.id, member.id)
      return group
    },
    sync: () => synchronise(script),
    /** Gives a role to a synchronised group. */
    async giveRole(role: string, displayName: string) {
      const found = await script<Items>(
        'GET',
        `/directory/groups?search=${encodeURIComponent(displayName)}`,
      )
      const id = found.items.find((group) => group.displayName === displayName)?.id
      if (!id) throw new Error(`the group ${displayName} is not here`)
      await script('POST', '/role-assignments', { role, holder: { kind: 'group', id } })
    },
    /** A local administrator with the password of all stories. */
    async addAdministrator(email: string, role: string) {
      const link = await server.command('admin', 'create', '--email', email, '--role', role)
      const token = new URL(link.trim()).hash.slice(1)
      await new Api(server.url).call('POST', '/password', { token, password: PASSWORD })
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** Connects the tenant, takes its people over, and lets them sign in. */
export async function connect(script: Script, { tenant, app }: Emulator): Promise<void> {
  await script('PUT', '/entra/connection', {
    tenantId: tenant.id,
    clientId: app.clientId,
    credential: { kind: 'secret', value: app.secret, expiresAt: '2028-01-31' },
    syncUsers: true,
    syncGroups: true,
  })
  await synchronise(script)
  await script('PUT', '/sign-in/provider', {
    kind: 'entra',
    enabled: true,
    label: 'Microsoft',
    createUnknownUsers: false,
    registration: { kind: 'connection' },
    stepUpContext: null,
  })
}

/** A run from its beginning to its end. */
async function synchronise(script: Script): Promise<void> {
  const { id } = await script<Run>('POST', '/directory/sync-runs', {})
  await vi.waitFor(
    async () => {
      const run = await script<Run>('GET', `/directory/sync-runs/${id}`)
      expect(run.state).toBe('succeeded')
    },
    { timeout: 90_000, interval: 500 },
  )
}

export type Script = ReturnType<typeof asScript>

/** What a script does with a token of its own. */
export function asScript(url: string, token: string) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(url + ORG + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text || 'null') as T // what the contract promises
  }
}

/** Members of the tenant, one after the other. */
export function pickFrom({ directory }: Emulator) {
  const people = directory.users.filter(
    ({ userType, accountEnabled }) => userType !== 'Guest' && accountEnabled,
  )
  return (): Person => {
    const next = people.shift()
    if (!next) throw new Error('the tenant has nobody left')
    return next
  }
}

/** Fills in Microsoft's page as a person would. */
export async function answerMicrosoft(page: Page, person: Person): Promise<void> {
  await page.getByRole('heading', { name: /Sign in|Pick an account/ }).waitFor()
  const known = page.getByRole('button', { name: person.displayName ?? '' })
  if ((await known.count()) > 0) return await known.click()
  const other = page.getByRole('button', { name: 'Use another account' })
  if ((await other.count()) > 0) await other.click()
  await page.getByLabel('User name').fill(person.userPrincipalName)
  await page.getByRole('button', { name: 'Next' }).click()
}

/** From the organization's sign-in page through Microsoft's pages. */
export async function signInWithMicrosoft(page: Page, person: Person): Promise<void> {
  await page.goto('/o/default/sign-in')
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await answerMicrosoft(page, person)
}
