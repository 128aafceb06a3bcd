import type { Role } from '@mooring/contract/permissions'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { CommandIo } from '../platform/control-socket.ts'
import { newId } from '../platform/ids.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Values } from './command.ts'
import { COMMANDS } from './commands.ts'
import { endpointCaller } from './endpoint-caller.ts'
import { asToken, createBrowser, testApi } from './testing.ts'

// What the audit log says, to whom, and how one finds out whether it is still what was written.

const database = await testDatabase()
const api = testApi(database.database, systemClock)
const { entra } = api
const { send, done, listEvents: list } = endpointCaller(api)
let home: OrganizationId

beforeEach(async () => {
  await database.truncate()
  home = (await loadHomeOrganization(api.parts.db)).id
  await checkMasterKey(api.parts.db, home, api.parts.keys.ring())
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const SECRET = 'the-first-secret-of-some-forty-characters'
const connect = (more: object = {}) =>
  done('putConnection', {
    body: {
      tenantId: '11111111-1111-4111-8111-111111111111',
      clientId: '22222222-2222-4222-8222-222222222222',
      credential: { kind: 'secret', value: SECRET, expiresAt: '2030-01-31' },
      syncUsers: true,
      syncGroups: true,
      ...more,
    },
  })

async function addOrganization(slug: string): Promise<OrganizationId> {
  const id = newId('org')
  await api.parts.db.insertInto('organizations').values({ id, slug, name: slug }).execute()
  return id
}

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
    expect(text).not.toContain(SECRET)
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
    const { email } = await createBrowser(api.parts, api.app, 'ada@example.org')
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
