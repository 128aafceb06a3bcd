import { signInAs } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { signOnWorld } from '../../testing/sign-on-world.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

// Who may come in: by tenant and object id, and by what the directory says of them now.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof signOnWorld>>
let home: OrganizationId

beforeAll(async () => {
  world = await signOnWorld(database)
})
beforeEach(async () => {
  home = await world.reset()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const setUser = (entraId: string, row: object) =>
  world.db
    .updateTable('directory_users')
    .set(row)
    .where('organization_id', '=', home)
    .where('entra_id', '=', entraId)
    .execute()

/** Somebody new in the tenant, gone again when the test is over. */
function add(name: string, more: object = {}) {
  const userPrincipalName = `${name}@${world.emulator.tenant.domain}`
  const made = world.emulator.directory.addUser({ userPrincipalName, displayName: name, ...more })
  onTestFinished(() => world.emulator.directory.purgeUser(made.id))
  return made
}

async function changeRules(more: object) {
  const given = {
    schedule: { kind: 'off' },
    scope: { kind: 'all' },
    guests: 'exclude',
    disabledUsers: 'lock',
    removedUsers: { graceDays: 30 },
    brake: { atLeast: 1000, percent: 100 },
    ...more,
  }
  const saved = await world.call('PUT', '/directory/settings', given)
  expect(saved.statusCode, saved.body).toBe(200)
}

async function codeOf(user = world.person()): Promise<string> {
  const portal = world.browser()
  const { attempt } = await world.signIn(portal, user)
  const { state, trouble } = await world.outcome(portal, attempt)
  expect(await world.isSignedIn(portal)).toBe(state === 'succeeded')
  return trouble?.code ?? state
}

test('whoever the directory has shut out is refused, each with a reason of its own', async () => {
  await world.ready()
  const user = world.person()
  const found: string[] = []
  for (const row of [
    { state: 'disabled', state_reason: 'accountDisabled' },
    { state: 'removed', state_reason: 'recycleBin' },
    { state: 'outside', state_reason: 'outOfScope' },
    { state: 'outside', state_reason: 'elsewhere' },
    { state: 'active', state_reason: null, account_enabled: false },
    { state: 'active', account_enabled: true, entra_state: 'missing' },
    { state: 'active', account_enabled: true, entra_state: 'present' },
  ]) {
    await setUser(user.id, row)
    found.push(await codeOf())
  }

  expect(found).toEqual([
    'personDisabled',
    'personRemoved',
    'personOutside',
    'personElsewhere',
    'personDisabled',
    'personRemoved',
    'succeeded',
  ])
})

test('neither a name nor a mail address makes anybody somebody else', async () => {
  await world.ready()
  const { directory } = world.emulator
  const [user, other] = [world.person(0), world.person(1)]
  // Deleted, and made anew under the old name: another object id.
  const again = directory.recreateUser(user.id)
  await setUser(other.id, { mail: user.mail, user_principal_name: 'swapped@example.org' })

  expect(await codeOf(again)).toBe('personUnknown')
  expect(await codeOf(other)).toBe('succeeded')
})

describe('somebody who is not synchronised', () => {
  test('is refused with a page that helps, and is not created', async () => {
    await world.ready()
    const portal = world.browser()
    const { attempt } = await world.signIn(portal, add('new'))
    const { trouble } = await world.outcome(portal, attempt)

    expect(trouble).toMatchObject({ code: 'personUnknown', canRetry: false, chooseAccount: true })
    expect(trouble.remedy).toContain('administrator')
  })

  test('is looked up in Entra and taken over by the same rules, where that is switched on', async () => {
    await world.ready({ createUnknownUsers: true })
    const made = add('new', { department: 'Music' })
    const guest = add('guest', { userType: 'Guest' })
    await changeRules({ guests: 'exclude' })

    expect(await codeOf(made)).toBe('succeeded')
    const [row] = (await world.call('GET', `/directory/users?entraId=${made.id}`)).json().items
    expect(row).toMatchObject({ displayName: 'new', department: 'Music', state: 'active' })
    expect(await codeOf(guest)).toBe('personOutside')
    await world.synchronise()
    const later = (await world.call('GET', `/directory/users?entraId=${made.id}`)).json().items
    expect(later.map(({ id }: { id: string }) => id)).toEqual([row.id])
  })

  test('outside the groups of the scope stays out', async () => {
    await world.ready({ createUnknownUsers: true })
    const { directory } = world.emulator
    const group = directory.addGroup({ displayName: 'Staff' })
    directory.addMember(group.id, world.person(1).id)
    await changeRules({
      scope: { kind: 'groups', groups: [{ entraId: group.id, transitive: true }] },
    })
    // Changed rules are carried out at once.
    await world.api.jobs.runDue()
    const made = add('not-staff')

    expect(await codeOf(made)).toBe('personOutside')
    expect(await codeOf(world.person(1))).toBe('succeeded')
  })

  test('is created from the claims while nobody is synchronised, and stays the same person afterwards', async () => {
    await world.connect({ syncUsers: false, syncGroups: false })
    await world.switchOn({ createUnknownUsers: true })
    const user = world.person(2)

    expect(await codeOf(user)).toBe('succeeded')
    expect(await codeOf(user)).toBe('succeeded')
    const find = async () =>
      (await world.call('GET', `/directory/users?entraId=${user.id}`)).json().items
    const [made] = await find()
    expect(made).toMatchObject({ displayName: user.displayName })
    await world.connect()
    await world.synchronise()
    expect((await find()).map(({ id }: { id: string }) => id)).toEqual([made.id])
  })
})

describe('a guest, while nobody is synchronised', () => {
  const enter = async (user: ReturnType<typeof world.person>) => {
    await world.connect({ syncUsers: false, syncGroups: false })
    await world.switchOn({ createUnknownUsers: true })
    await changeRules({ guests: 'include' })
    expect(await codeOf(user)).toBe('succeeded')
    const found = await world.call('GET', `/directory/users?entraId=${user.id}`)
    return found.json().items[0].userType
  }

  test('is created as one, even where the token does not say so outright', async () => {
    world.without('acct')

    expect(await enter(add('guest', { userType: 'Guest' }))).toBe('guest')
  })

  test('is whoever the token does not call a member', async () => {
    world.without('acct')

    expect(await enter(world.person(2))).toBe('guest')
  })

  test('is not a member of the organization', async () => {
    expect(await enter(world.person(2))).toBe('member')
  })
})

describe('a second organization of the same tenant', () => {
  test('neither takes the other’s codes nor its people', async () => {
    await world.ready()
    const id = newId('org')
    await world.db
      .insertInto('organizations')
      .values({ id, slug: 'north', name: 'North' })
      .execute()
    await world.connect({}, 'north')
    await world.synchronise('north')
    await world.switchOn({}, 'north')
    const portal = world.browser()
    const there = await world.signIn(portal, world.person(), { organization: 'north' })
    const here = await world.begin(portal)
    const north = await world.begin(portal, { organization: 'north' })
    const codeThere = new URLSearchParams((await world.wayBack(world.person(), north.url)).slice(2))
    const back = new URLSearchParams((await world.wayBack(world.person(), here.url)).slice(2))
    back.set('code', codeThere.get('code') ?? '')
    await portal.visit(`/?${back}`)

    expect(there.location).toBe(`/o/north/sign-in?attempt=${there.attempt}`)
    expect((await world.outcome(portal, there.attempt)).trouble.code).toBe('personElsewhere')
    expect((await world.outcome(portal, here.attempt)).state).toBe('refused')
    expect(await world.isSignedIn(portal)).toBe(false)
  })
})

describe('a step-up', () => {
  async function begun(contextual: string | null = null) {
    await world.ready({ stepUpContext: contextual })
    const portal = world.browser()
    await world.signIn(portal)
    const { account } = await portal.session()
    const [person] = [account.id]
    await world.call('POST', '/role-assignments', {
      role: 'owner',
      holder: { kind: 'user', id: person },
    })
    const given = {
      method: 'PUT',
      path: '/api/v1/organizations/default/sign-in/provider',
      body: {},
    }
    const stepUp = await portal.send('POST', '/session/step-ups', given)
    expect(stepUp.statusCode, stepUp.body).toBeLessThan(300)
    const { id } = stepUp.json()
    const start = async () => {
      const started = await portal.send('POST', `/session/step-ups/${id}/sign-in`)
      expect(started.statusCode, started.body).toBe(200)
      return started.json() as { attempt: string; redirectTo: string }
    }
    const state = async () => (await portal.get(`/session/step-ups/${id}`)).json().state
    return { portal, start, state }
  }

  test('is proven by a fresh sign-in of the same person, under a new session token', async () => {
    const { portal, start, state } = await begun()
    const token = portal.cookies.get('mooring')
    const { attempt, redirectTo } = await start()
    const back = await portal.visit(await world.wayBack(world.person(), redirectTo))

    expect(new URL(redirectTo).searchParams.get('prompt')).toBe('login')
    expect(back.headers.location).toBe(`/step-up-done?attempt=${attempt}`)
    expect(portal.cookies.get('mooring')).not.toBe(token)
    expect(await world.isSignedIn(portal)).toBe(true)
    expect(await state()).toBe('proven')
  })

  test('is not proven by somebody else', async () => {
    const { portal, start, state } = await begun()
    const { attempt, redirectTo } = await start()
    await portal.visit(await world.wayBack(world.person(1), redirectTo))

    expect((await world.outcome(portal, attempt)).trouble.code).toBe('otherPerson')
    expect(await state()).toBe('open')
  })

  test('is not proven by an earlier sign-in, with the prompt taken out of the address', async () => {
    const { portal, start, state } = await begun()
    const { attempt, redirectTo } = await start()
    const { Browser } = await import('@mooring/emulator')
    const used = new Browser()
    const { url } = await world.begin(world.browser())
    await signInAs(world.person(), { url, emulator: world.emulator, browser: used })
    world.later(120)
    const second = await start()
    const silent = new URL(second.redirectTo)
    silent.searchParams.delete('prompt')
    const end = await signInAs(world.person(), {
      url: silent.href,
      emulator: world.emulator,
      browser: used,
    })
    if (end.kind !== 'answer') throw new Error('no answer')
    await portal.visit(`/?${new URLSearchParams(end.fields)}`)

    expect(redirectTo).not.toBe(second.redirectTo)
    expect((await world.outcome(portal, second.attempt)).trouble?.code).toBe('notFresh')
    expect((await world.outcome(portal, attempt)).state).toBe('open')
    expect(await state()).toBe('open')
  })

  test('is not proven where the provider does not say when it asked', async () => {
    world.without('auth_time')
    const { portal, start, state } = await begun()
    const { attempt, redirectTo } = await start()
    await portal.visit(await world.wayBack(world.person(), redirectTo))
    const { trouble } = await world.outcome(portal, attempt)

    expect(trouble).toMatchObject({ code: 'notFresh' })
    expect(trouble.remedy).toContain('auth_time')
    expect(await state()).toBe('open')
  })

  test('asks for the authentication context that is set, and has Entra confirm it', async () => {
    const { portal, start, state } = await begun('c1')
    world.emulator.signIn.addPolicy({ contexts: ['c1'], control: 'mfa' })
    const { redirectTo } = await start()
    await portal.visit(await world.wayBack(world.person(), redirectTo))

    const claims = JSON.parse(new URL(redirectTo).searchParams.get('claims') ?? '{}')
    expect(claims).toEqual({ id_token: { acrs: { essential: true, value: 'c1' } } })
    expect(await state()).toBe('proven')
  })
})
