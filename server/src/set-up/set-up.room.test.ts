import { NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import { Guide, GuidePatch, type StepId } from '@mooring/contract/set-up'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { recordAudit } from '../audit/index.ts'
import {
  connectionTexts,
  type Findings,
  findConnection,
  findFindings,
  renderFindings,
  toContract,
} from '../connection/index.ts'
import { CLOUDS } from '../entra/clouds.ts'
import { entraTexts } from '../entra/texts.ts'
import { ApiError } from '../platform/api-error.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import { steppingClock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { createTexts } from '../platform/texts.ts'
import { setUpRoutes, setUpTexts } from './index.ts'

const NORTH: OrganizationId = 'org_north'
const SOUTH: OrganizationId = 'org_south'
const TENANT = '11111111-1111-4111-8111-111111111111'
const CLIENT = '22222222-2222-4222-8222-222222222222'
const NOW = new Date('2026-11-25T08:00:00Z')

const database = await testDatabase()
const { db } = database
const texts = createTexts(setUpTexts, connectionTexts, entraTexts)
const clock = steppingClock(NOW)
const routes = setUpRoutes({
  db,
  texts,
  clock,
  cloud: CLOUDS.global,
  publicUrl: new URL('https://mdm.example.org'),
  connection: {
    async find(organization) {
      const connection = await findConnection(db, organization)
      return connection && toContract(connection)
    },
    lastFindings: (organization) => findFindings(db, organization),
    render: (found, language) => renderFindings(texts, language, found),
  },
})

beforeEach(async () => {
  await database.truncate()
  clock.set(NOW)
  await db
    .insertInto('organizations')
    .values([
      { id: NORTH, slug: 'north', name: 'North' },
      { id: SOUTH, slug: 'south', name: 'South' },
    ])
    .execute()
})
afterAll(() => database[Symbol.asyncDispose]())

const call = (organization: OrganizationId, name = 'ada', language: 'en' | 'de' = 'en') =>
  ({
    organization,
    slug: organization.slice('org_'.length),
    language,
    caller: { name },
    audit: (tx: Db, note: AuditNote) =>
      recordAudit(tx, organization, {
        note,
        occasion: { at: clock.now(), actor: { kind: 'administrator', id: null, name } },
      }),
  }) as unknown as OrganizationCall // what the room reads of a call

async function get(organization: OrganizationId, language: 'en' | 'de' = 'en') {
  const params = { org: organization }
  const guide = await routes.getGuide(
    { params, query: undefined as never, body: undefined as never },
    call(organization, 'ada', language),
  )
  return Guide.parse(guide)
}

async function patch(organization: OrganizationId, body: unknown, name = 'ada') {
  const params = { org: organization }
  return await routes.patchGuide(
    { params, query: undefined as never, body: GuidePatch.parse(body) },
    call(organization, name),
  )
}

const step = (guide: Guide, id: StepId) => guide.steps.find((found) => found.id === id)

async function connect(organization: OrganizationId, findings: Findings['findings']) {
  await db
    .insertInto('connections')
    .values({
      organization_id: organization,
      tenant_id: TENANT,
      client_id: CLIENT,
      credential_kind: 'secret',
      secret_id: 'sec_1',
      credential_hint: 'abcd',
      credential_expires_at: null,
      credential_set_at: NOW,
      sync_users: true,
      sync_groups: false,
      created_at: NOW,
      updated_at: NOW,
      updated_by: 'ada',
    })
    .execute()
  await db
    .insertInto('connection_checks')
    .values({
      organization_id: organization,
      checked_at: NOW,
      tenant_name: null,
      findings: JSON.stringify(findings),
    })
    .execute()
}

test('a guide that nobody has touched offers both tracks and no steps', async () => {
  const guide = await get(NORTH)

  expect(guide).toMatchObject({
    track: null,
    steps: [],
    nextStep: null,
    draft: { tenantId: null, clientId: null },
    connection: null,
    lastCheck: null,
    publicUrl: 'https://mdm.example.org',
    changed: null,
  })
  expect(guide.tracks.map(({ id }) => id)).toEqual(['directory', 'windows'])
})

test('what one organization fills in, the other does not see', async () => {
  await patch(NORTH, { track: 'windows', draft: { tenantId: TENANT }, marked: { domain: true } })

  expect(await get(SOUTH)).toMatchObject({
    track: null,
    draft: { tenantId: null },
    changed: null,
  })
  await patch(SOUTH, { track: 'directory' }, 'bo')
  expect(await get(NORTH)).toMatchObject({
    track: 'windows',
    draft: { tenantId: TENANT },
    changed: { by: 'ada' },
  })
})

test('the guide is resumed where it was left, and says who was here last and when', async () => {
  await patch(NORTH, { track: 'directory', marked: { prerequisites: true } })
  clock.set(new Date('2026-11-25T09:30:00Z'))
  const guide = await patch(NORTH, { marked: { 'app-registration': true } }, 'bo')

  expect(guide.nextStep).toBe('ids')
  expect(guide.changed).toEqual({ by: 'bo', at: '2026-11-25T09:30:00.000Z' })
  expect(step(guide, 'prerequisites')?.marked).toEqual({ by: 'ada', at: NOW.toISOString() })
  expect(step(guide, 'app-registration')?.marked?.by).toBe('bo')
})

test('administrators who change different fields at once do not undo each other', async () => {
  await Promise.all([
    patch(NORTH, { track: 'windows' }, 'ada'),
    patch(NORTH, { draft: { tenantId: TENANT } }, 'bo'),
    patch(NORTH, { draft: { clientId: CLIENT } }, 'cy'),
    patch(NORTH, { marked: { domain: true } }, 'dee'),
    patch(NORTH, { marked: { 'mdm-urls': true, 'redirect-uri': true } }, 'eve'),
  ])
  await Promise.all([
    patch(NORTH, { marked: { 'redirect-uri': false } }, 'ada'),
    patch(NORTH, { marked: { 'mdm-application': true } }, 'bo'),
  ])

  const guide = await get(NORTH)
  expect(guide.track).toBe('windows')
  expect(guide.draft).toEqual({ tenantId: TENANT, clientId: CLIENT })
  const marked = guide.steps.filter((found) => found.marked).map(({ id }) => id)
  expect(marked).toEqual(['domain', 'mdm-application', 'mdm-urls'])
})

test('null empties a field, and a patch that names nothing leaves no trace', async () => {
  await patch(NORTH, { track: 'windows', draft: { tenantId: TENANT, clientId: CLIENT } })
  await patch(NORTH, { draft: { clientId: null } }, 'bo')
  await patch(NORTH, { draft: {}, marked: {} }, 'cy')

  expect(await get(NORTH)).toMatchObject({
    draft: { tenantId: TENANT, clientId: null },
    changed: { by: 'bo' },
  })
})

test('a patch that is refused changes nothing, not even its good parts', async () => {
  const refused = patch(NORTH, { track: 'windows', draft: { tenantId: 'contoso.com' } })

  await expect(refused).rejects.toThrow(ApiError)
  expect((await get(NORTH)).changed).toBeNull()
})

test('names with quotes, braces and other signs are kept as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
      const name = text.replaceAll('\0', '')
      const guide = await patch(NORTH, { track: 'windows', marked: { domain: true } }, name)

      expect(step(guide, 'domain')?.marked?.by).toBe(name)
    }),
    { numRuns: 25, examples: [[`'); drop table set_up_guides; --`], ['{"by":"x"}'], ['$1 ?']] },
  )
})

test('a draft gives links of its tenant and application, and the consent link', async () => {
  const guide = await patch(NORTH, {
    track: 'directory',
    draft: { tenantId: TENANT, clientId: CLIENT },
  })

  expect(step(guide, 'secret')?.entraUrl).toBe(
    `https://entra.microsoft.com/${TENANT}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${CLIENT}`,
  )
  expect(step(guide, 'consent')?.consentUrl).toContain(
    `/${TENANT}/adminconsent?client_id=${CLIENT}`,
  )
  expect(step(guide, 'ids')).toMatchObject({ state: 'open' })
})

test('once everything is in force, the guide for users and groups is through', async () => {
  await patch(NORTH, { track: 'directory', draft: { tenantId: TENANT, clientId: CLIENT } })
  await connect(NORTH, [
    { id: 'token', state: 'passed', code: 'tokenReceived' },
    ...NEEDED_PERMISSIONS.map((permission) => ({
      id: `permission.${permission}`,
      state: 'passed' as const,
      code: 'granted',
      values: { permission },
    })),
  ])

  const guide = await get(NORTH)
  expect(guide.steps.map(({ state }) => state)).toEqual(guide.steps.map(() => 'done'))
  expect(guide.nextStep).toBeNull()
  expect(guide.draft).toEqual({ tenantId: null, clientId: null })
  expect(step(guide, 'consent')?.permissions?.filter(({ required }) => required)).toEqual(
    NEEDED_PERMISSIONS.map((name) => expect.objectContaining({ name, state: 'granted' })),
  )
  expect(step(guide, 'secret')?.checkedAt).toBe(NOW.toISOString())
})

test('a wrong secret is told at its step, in the reader’s language, with Microsoft’s id', async () => {
  await patch(NORTH, { track: 'windows' })
  await connect(NORTH, [
    {
      id: 'token',
      state: 'failed',
      code: 'AADSTS7000215',
      values: { code: 'AADSTS7000215', oauthError: 'invalid_client' },
      microsoftTraceId: 'trace-1',
    },
  ])

  const guide = await get(NORTH, 'de')
  expect(step(guide, 'secret')).toMatchObject({
    state: 'wrong',
    code: 'AADSTS7000215',
    microsoftTraceId: 'trace-1',
    reason: entraTexts.de['trouble.AADSTS7000215.detail'],
    remedy: entraTexts.de['trouble.AADSTS7000215.remedy'],
    title: setUpTexts.de['guide.step.secret.title'],
  })
  expect(step(guide, 'ids')?.state).toBe('done')
  expect(guide.steps.filter(({ state }) => state === 'wrong')).toHaveLength(1)
})
