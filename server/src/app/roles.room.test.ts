import type { Role } from '@mooring/contract/permissions'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { beginSession } from '../sign-in/index.ts'
import { toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

const NOW = new Date('2026-11-28T12:00:00Z')

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
let home: OrganizationId
let rows: ReturnType<typeof directoryRows>

// Ada is in Teachers, Teachers is in Staff, Staff is in Everybody, and Everybody is in Teachers.
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
  home = (await loadHomeOrganization(parts.db)).id
  rows = directoryRows(parts.db, home)
  await rows.user(1, 'Ada')
  await rows.user(2, 'Bela')
  await rows.user(3, 'Guest Gus', { user_type: 'guest' })
  await rows.group(11, 'Teachers')
  await rows.group(12, 'Staff')
  await rows.group(13, 'Everybody')
  await rows.members(11, 'user', 1, 3)
  await rows.members(12, 'group', 11)
  await rows.members(13, 'group', 12)
  await rows.members(11, 'group', 13)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Call = { role?: Role; org?: string; payload?: object }
async function call(method: 'GET' | 'POST' | 'DELETE', path: string, how: Call = {}) {
  const { role = 'owner', org = 'default', payload } = how
  const headers = await asToken(parts, role)
  const url = `/api/v1/organizations/${org}${path}`
  return await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
}

const give = (role: Role, kind: 'user' | 'group', id: string, more: object = {}, as: Call = {}) =>
  call('POST', '/role-assignments', { ...as, payload: { role, holder: { kind, id }, ...more } })

/** A browser in which somebody is signed in. */
async function browser(user: number, organization = home) {
  const holder = { organization, kind: 'user', id: `usr_${user}` } as const
  const start = {
    now: clock.now(),
    way: 'provider',
    clientAddress: '192.0.2.1',
    userAgent: '',
  } as const
  const { token } = await parts.db.transaction().execute((tx) => beginSession(tx, holder, start))
  const get = (path: string) =>
    app.inject({ url: `/api/v1${path}`, headers: { cookie: `mooring=${token}` } })
  return {
    get,
    roles: async () => (await get('/session')).json().roles as Role[] | undefined,
  }
}

/** What the end of a synchronisation does. */
const synchronised = () =>
  parts.db.transaction().execute(async (tx) => {
    await toSyncParts(parts, { clients: undefined as never }).ended?.(tx, home, 'settled')
  })

describe('a role given to a group', () => {
  test('is held by everybody in it, through groups within groups, circles or not', async () => {
    const ada = await browser(1)
    const given = await give('helpdesk', 'group', 'grp_13')

    expect(given.statusCode).toBe(201)
    expect(given.json()).toMatchObject({
      role: 'helpdesk',
      holder: { name: 'Everybody', people: 1 },
    })
    expect(await ada.roles()).toEqual(['helpdesk'])
    expect((await ada.get('/organizations/default/directory/users')).statusCode).toBe(200)
  })

  test('is lost at the end of the synchronisation that takes somebody out, without signing out', async () => {
    await give('administrator', 'group', 'grp_11')
    const ada = await browser(1)
    expect(await ada.roles()).toEqual(['administrator'])

    await parts.db
      .deleteFrom('directory_memberships')
      .where('organization_id', '=', home)
      .where('member_entra_id', '=', guid(1))
      .execute()
    await synchronised()

    expect(await ada.roles()).toEqual([])
    expect((await ada.get('/organizations/default/directory/users')).json()).toMatchObject({
      code: 'notAllowed',
    })
  })

  test('gives nothing while the group is in the recycle bin, and ends with the group', async () => {
    const { id } = (await give('helpdesk', 'group', 'grp_11')).json()
    const ada = await browser(1)
    const group = parts.db.updateTable('directory_groups').where('organization_id', '=', home)

    await group.set({ state: 'removed' }).where('id', '=', 'grp_11').execute()
    await synchronised()
    expect(await ada.roles()).toEqual([])
    await group.set({ state: 'active' }).where('id', '=', 'grp_11').execute()
    await synchronised()
    expect(await ada.roles()).toEqual(['helpdesk'])
    await parts.db
      .deleteFrom('directory_groups')
      .where('organization_id', '=', home)
      .where('id', '=', 'grp_11')
      .execute()
    await synchronised()

    // Made anew under the old Entra id, it is another group.
    await rows.group(11, 'Teachers', { id: 'grp_new' })
    await synchronised()
    expect(await ada.roles()).toEqual([])
    expect((await call('DELETE', `/role-assignments/${id}`)).statusCode).toBe(404)
  })

  test('is not held by guests unless it says so', async () => {
    const gus = await browser(3)
    await give('helpdesk', 'group', 'grp_11')
    expect(await gus.roles()).toEqual([])

    await give('auditor', 'group', 'grp_11', { includesGuests: true })

    expect(await gus.roles()).toEqual(['auditor'])
  })
})

describe('a role given to a person', () => {
  test('counts at once, adds up with others, and is gone at once', async () => {
    const ada = await browser(1)
    await give('directory-manager', 'group', 'grp_11')
    const { id } = (await give('device-manager', 'user', 'usr_1')).json()
    expect(await ada.roles()).toEqual(['device-manager', 'directory-manager'])

    expect((await call('DELETE', `/role-assignments/${id}`)).statusCode).toBe(204)

    expect(await ada.roles()).toEqual(['directory-manager'])
  })

  test.each([
    ['is disabled in Entra', { account_enabled: false }],
    ['is locked here', { state: 'disabled' }],
    ['left the scope', { state: 'outside' }],
    ['is in the recycle bin', { entra_state: 'binned' }],
  ] as const)('is of no use to somebody who %s: there is no session', async (_why, change) => {
    await give('owner', 'user', 'usr_1')
    const ada = await browser(1)

    await parts.db
      .updateTable('directory_users')
      .set(change)
      .where('organization_id', '=', home)
      .where('id', '=', 'usr_1')
      .execute()

    expect((await ada.get('/session')).json()).toEqual({ kind: 'signedOut' })
    expect((await ada.get('/organizations/default')).statusCode).toBe(401)
    await synchronised()
    const kept = await parts.db
      .selectFrom('sessions')
      .selectAll()
      .where('organization_id', '=', home)
      .execute()
    expect(kept).toEqual([])
  })

  test('is explained with every reason', async () => {
    await give('helpdesk', 'group', 'grp_13')
    await give('helpdesk', 'user', 'usr_1')
    await give('auditor', 'group', 'grp_12')

    const answer = (await call('GET', '/directory/users/usr_1/roles')).json()

    expect(answer.roles).toEqual([
      {
        role: 'helpdesk',
        reasons: [
          { kind: 'person' },
          {
            kind: 'group',
            group: { id: 'grp_13', name: 'Everybody' },
            through: [
              { id: 'grp_11', name: 'Teachers' },
              { id: 'grp_12', name: 'Staff' },
            ],
          },
        ],
      },
      {
        role: 'auditor',
        reasons: [
          {
            kind: 'group',
            group: { id: 'grp_12', name: 'Staff' },
            through: [{ id: 'grp_11', name: 'Teachers' }],
          },
        ],
      },
    ])
  })
})

describe('nobody gives more than they have', () => {
  test('an administrator makes no owner, and takes none away', async () => {
    const { id } = (await give('owner', 'user', 'usr_1')).json()
    const asAdministrator = { role: 'administrator' } as const

    const given = await give('owner', 'user', 'usr_2', {}, asAdministrator)
    const taken = await call('DELETE', `/role-assignments/${id}`, asAdministrator)

    expect([given.statusCode, given.json().code]).toEqual([403, 'roleTooStrong'])
    expect([taken.statusCode, taken.json().code]).toEqual([403, 'roleTooStrong'])
    expect((await give('administrator', 'user', 'usr_2', {}, asAdministrator)).statusCode).toBe(201)
  })

  test.each([
    'device-manager',
    'directory-manager',
    'helpdesk',
    'auditor',
    'self-service',
  ] as const)('a %s gives none', async (role) => {
    const given = await give('self-service', 'user', 'usr_1', {}, { role })

    expect([given.statusCode, given.json().code]).toEqual([403, 'notAllowed'])
  })
})

test('nobody gives themselves a role, and nobody takes their own', async () => {
  const { id } = (await give('owner', 'user', 'usr_1')).json()
  const holder = { organization: home, kind: 'user', id: 'usr_1' } as const
  const start = { now: NOW, way: 'provider', clientAddress: '192.0.2.1', userAgent: '' } as const
  const { token, csrfToken } = await parts.db
    .transaction()
    .execute((tx) => beginSession(tx, holder, start))
  const headers = { cookie: `mooring=${token}`, 'x-csrf-token': csrfToken }
  const url = '/api/v1/organizations/default/role-assignments'
  const payload = { role: 'auditor', holder: { kind: 'user', id: 'usr_1' } }

  const given = await app.inject({ method: 'POST', url, headers, payload })
  const taken = await app.inject({ method: 'DELETE', url: `${url}/${id}`, headers })

  expect([given.statusCode, given.json().code]).toEqual([403, 'ownRole'])
  expect([taken.statusCode, taken.json().code]).toEqual([403, 'ownRole'])
})

describe('what cannot be', () => {
  test('is a holder who is not here, or in another organization', async () => {
    const id = newId('org')
    await parts.db
      .insertInto('organizations')
      .values({ id, slug: 'north', name: 'North' })
      .execute()
    await directoryRows(parts.db, id).user(9, 'Nora')

    for (const holder of ['usr_9', 'usr_none']) {
      const answer = await give('helpdesk', 'user', holder)
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'holderUnknown'])
    }
    expect((await call('GET', '/directory/users/usr_9/roles')).statusCode).toBe(404)
  })

  test('is the same role given twice to the same holder', async () => {
    await give('helpdesk', 'user', 'usr_1')

    const answer = await give('helpdesk', 'user', 'usr_1')

    expect([answer.statusCode, answer.json().code]).toEqual([409, 'roleGivenAlready'])
    expect(answer.json().detail).toContain('“Ada”')
  })

  test('is an organization that had an owner and has none', async () => {
    const id = newId('org')
    await parts.db
      .insertInto('organizations')
      .values({ id, slug: 'north', name: 'North' })
      .execute()
    await directoryRows(parts.db, id).user(9, 'Nora')
    const payload = { role: 'owner', holder: { kind: 'user', id: 'usr_9' } }
    const given = await call('POST', '/role-assignments', { org: 'north', payload })

    const taken = await call('DELETE', `/role-assignments/${given.json().id}`, { org: 'north' })

    expect([taken.statusCode, taken.json().code]).toEqual([409, 'lastOwner'])
    const nora = await (await browser(9, id)).get('/organizations/north/directory/users')
    expect(nora.statusCode).toBe(200)
    // An owner there manages no organizations, and is not said to.
    const why = await call('GET', '/directory/users/usr_9/roles', { org: 'north' })
    expect(why.json().permissions).toContain('administrators.write')
    expect(why.json().permissions).not.toContain('organizations.manage')
  })
})

test('a person of one organization sees nothing of another, whatever the role', async () => {
  const id = newId('org')
  await parts.db.insertInto('organizations').values({ id, slug: 'north', name: 'North' }).execute()
  await directoryRows(parts.db, id).user(9, 'Nora')
  const payload = { role: 'owner', holder: { kind: 'user', id: 'usr_9' } }
  await call('POST', '/role-assignments', { org: 'north', payload })

  const answer = await (await browser(9, id)).get('/organizations/default/directory/users')

  expect([answer.statusCode, answer.json().code]).toEqual([404, 'organizationUnknown'])
})

test('roles tell what they may do and how many hold them', async () => {
  await give('helpdesk', 'group', 'grp_11')

  const { items } = (await call('GET', '/roles')).json()

  expect(items.map(({ role }: { role: string }) => role)[0]).toBe('owner')
  expect(items.find(({ role }: { role: string }) => role === 'helpdesk')).toMatchObject({
    administrators: 0,
    people: 1,
    tokens: 0,
  })
})

test('assignments come page by page, oldest first', async () => {
  for (const [index, role] of (['helpdesk', 'auditor', 'self-service'] as const).entries()) {
    clock.set(new Date(NOW.getTime() + index * 1000))
    await give(role, 'user', 'usr_1')
  }

  const first = (await call('GET', '/role-assignments?limit=2')).json()
  const second = (await call('GET', `/role-assignments?limit=2&cursor=${first.nextCursor}`)).json()

  const rolesOf = ({ items }: { items: { role: string }[] }) => items.map(({ role }) => role)
  expect([rolesOf(first), rolesOf(second)]).toEqual([['helpdesk', 'auditor'], ['self-service']])
  expect(second.nextCursor).toBeNull()
  expect(rolesOf((await call('GET', '/role-assignments?role=auditor')).json())).toEqual(['auditor'])
})
