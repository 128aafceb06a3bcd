import type { Role } from '@mooring/contract/permissions'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeAuthorityCertificate, makeAuthorityImport } from '../../testing/authority-import.ts'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import { checkMasterKey } from '../platform/master-key-check.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addCertificate, asToken, testApi } from './testing.ts'

const database = await testDatabase()
let api: ReturnType<typeof testApi>
let home: OrganizationId
let north: OrganizationId
let owner: Record<string, string>
beforeAll(() => {
  api = testApi(database.database, steppingClock(new Date('2026-11-25T08:00:00Z')))
})
beforeEach(async () => {
  await database.truncate()
  const { db, keys } = api.parts
  home = (await loadHomeOrganization(db)).id
  await checkMasterKey(db, home, keys.ring())
  north = newId('org')
  await db.insertInto('organizations').values({ id: north, slug: 'north', name: 'North' }).execute()
  owner = await asToken(api.parts, 'owner')
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function call(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  {
    payload,
    org = 'default',
    headers = owner,
  }: { payload?: object; org?: string; headers?: Record<string, string> } = {},
) {
  const url = `/api/v1/organizations/${org}${path}`
  const answer = await api.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}
const authorities = async (org = 'default') =>
  (await call('GET', '/certificate-authorities', { org })).body.items

describe('authorities', () => {
  test('are told with what an administrator compares, and with no key', async () => {
    const id = await addCertificate(api.parts, home)

    const answer = await call('GET', '/certificate-authorities')

    expect(id).toMatch(/^crt_/)
    expect(answer.body.items).toMatchObject([
      {
        state: 'active',
        source: 'own',
        key: 'RSA 2048',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        certificate: expect.stringContaining('BEGIN CERTIFICATE'),
        root: null,
        revocationListUrl: expect.stringMatching(/^http:\/\/localhost:8080\/crl\/cau_\w+\.crl$/),
        validCertificates: 1,
      },
    ])
    expect(JSON.stringify(answer.body)).not.toMatch(/PRIVATE|secret/i)
    expect(await authorities('north')).toEqual([])
  })

  test('are prepared, switched to, and of the kind that the settings say', async () => {
    await addCertificate(api.parts, home)
    const settings = { algorithm: 'ecdsaP256', validityDays: 90, sha1Allowed: true }
    expect(await call('PUT', '/certificate-settings', { payload: settings })).toEqual({
      status: 200,
      body: settings,
    })

    const roll = (step: string) =>
      call('POST', '/certificate-authorities/roll-over', { payload: { step } })
    expect((await roll('prepare')).body.items).toMatchObject([
      { state: 'next', key: 'ECDSA P-256', activatedAt: null },
      { state: 'active' },
    ])
    expect(await roll('prepare')).toMatchObject({
      status: 409,
      body: { code: 'nextAuthorityExists' },
    })

    await roll('switch')
    expect(await authorities()).toMatchObject([
      { state: 'active', key: 'ECDSA P-256' },
      { state: 'retired', key: 'RSA 2048', validCertificates: 1 },
    ])
    expect((await call('GET', '/certificate-settings', { org: 'north' })).body).toEqual({
      algorithm: 'rsa2048',
      validityDays: 365,
      sha1Allowed: false,
    })
  })

  test('are brought: the first issues at once, one of two waits, and none is in two places', async () => {
    const payload = await makeAuthorityImport()
    const bring = (org: string, what: object = payload) =>
      call('POST', '/certificate-authorities/import', { org, payload: what })

    expect((await bring('default')).body.items).toMatchObject([
      {
        state: 'active',
        source: 'imported',
        subject: 'CN=Example Devices',
        root: expect.stringContaining('BEGIN CERTIFICATE'),
      },
    ])
    expect(await bring('north')).toMatchObject({ status: 409, body: { code: 'authorityTaken' } })
    expect((await bring('default', await makeAuthorityImport())).body.items).toMatchObject([
      { state: 'next' },
      { state: 'active' },
    ])
    await addCertificate(api.parts, home)
    expect(await authorities()).toMatchObject([{ state: 'next' }, { validCertificates: 1 }])
  })

  test('that cannot be used are refused with the field that is wrong', async () => {
    const { pem } = await makeAuthorityCertificate('CN=One')
    const { keyPem } = await makeAuthorityCertificate('CN=Other')

    const answer = await call('POST', '/certificate-authorities/import', {
      payload: { certificate: pem, privateKey: keyPem },
    })

    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'authorityRefused',
        errors: [{ path: 'privateKey', message: 'This key does not belong to the certificate.' }],
      },
    })
    expect(await authorities()).toEqual([])
  })
})

describe('certificates', () => {
  test('are listed page by page, and by device', async () => {
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      ids.unshift(await addCertificate(api.parts, home))
      await api.parts.clock.wait(1000)
    }
    await addCertificate(api.parts, north)

    const { body: first } = await call('GET', '/certificates?limit=2')
    const { body: second } = await call('GET', `/certificates?limit=2&cursor=${first.nextCursor}`)
    const { body: ofDevice } = await call('GET', '/devices/dev_1/certificates')

    const idsOf = (items: { id: string }[]) => items.map(({ id }) => id)
    expect(idsOf([...first.items, ...second.items])).toEqual(ids)
    expect(second.nextCursor).toBeNull()
    expect(idsOf(ofDevice.items)).toEqual(ids)
    expect((await call('GET', '/devices/dev_2/certificates')).body.items).toEqual([])
  })

  test('are taken back once and for good, by their own organization only', async () => {
    const id = await addCertificate(api.parts, home)
    const revoke = (reason: string, org = 'default') =>
      call('POST', `/certificates/${id}/revoke`, { org, payload: { reason } })

    expect(await revoke('keyCompromise', 'north')).toMatchObject({
      status: 404,
      body: { code: 'certificateMissing' },
    })
    const told = { state: 'revoked', revocationReason: 'keyCompromise' }
    expect((await revoke('keyCompromise')).body).toMatchObject(told)
    expect((await revoke('cessationOfOperation')).body).toMatchObject(told)
    const { body } = await call('GET', '/audit-events?action=certificate.revoked')
    expect(body.items).toMatchObject([
      {
        object: { kind: 'certificate', id },
        details: { device: 'dev_1', reason: 'keyCompromise' },
      },
    ])
  })
})

test.each([
  ['administrator', 200, 200],
  ['device-manager', 200, 403],
  ['auditor', 200, 403],
  ['helpdesk', 200, 403],
  ['self-service', 403, 403],
] as const)('%s may look (%i) and change (%i)', async (role: Role, look, change) => {
  const headers = await asToken(api.parts, role)
  const payload = { algorithm: 'rsa2048', validityDays: 365, sha1Allowed: false }

  const read = await call('GET', '/certificate-authorities', { headers })
  const written = await call('PUT', '/certificate-settings', { headers, payload })

  expect([read.status, written.status]).toEqual([look, change])
})

describe('the list of revoked certificates', () => {
  test('is there for everybody who knows the authority, as what it is', async () => {
    await addCertificate(api.parts, home)
    const [{ revocationListUrl }] = await authorities()

    const answer = await api.app.inject({ url: new URL(revocationListUrl).pathname })

    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pkix-crl',
      'cache-control': 'public, max-age=300',
    })
    expect(answer.rawPayload[0]).toBe(0x30)
  })

  test.each(['cau_0123456789abcdefghjk.crl', 'cau_x.crl', 'x', '..%2f..%2fetc'])(
    'is not there at %s',
    async (file) => {
      expect((await api.app.inject({ url: `/crl/${file}` })).statusCode).toBe(404)
    },
  )
})
