import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Emulator,
  type HostileEnrolmentToken,
  hostileEnrolmentTokens,
  openEntra,
  startEmulator,
  type UserRecord,
} from '../index.ts'
import { control, fetchAnswer, readClaims } from '../testing/client.ts'

let emulator: Emulator
let ada: UserRecord
const serverUrl = 'https://mdm.hafenstern.example'

beforeAll(async () => {
  emulator = await startEmulator({
    users: 20,
    groups: 5,
    now: () => new Date('2026-11-28T08:00:00Z'),
  })
  ada = emulator.directory.addUser({
    userPrincipalName: `ada@${emulator.tenant.domain}`,
    displayName: 'Ada',
    accountEnabled: true,
  })
  emulator.enrolment.setMobility({ serverUrl })
})
afterAll(() => emulator.stop())

/** Checks as a careful server would: keys and issuer from the tenant's metadata. */
async function verify(token: string, version: 1 | 2) {
  const path = version === 2 ? '/v2.0' : ''
  const base = `${emulator.url}/${emulator.tenant.id}${path}`
  const { body } = await fetchAnswer(`${base}/.well-known/openid-configuration`)
  const keys = await fetchAnswer(body.jwks_uri)
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys.body), {
    issuer: body.issuer,
    audience: version === 2 ? emulator.app.clientId : serverUrl,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'oid', 'tid', 'scp', 'deviceid'],
    currentDate: emulator.clock.now(),
  })
  return payload
}
const wish = (version: 1 | 2, spoil?: HostileEnrolmentToken) => ({
  user: ada.id,
  deviceId: '7c0e5f1a-2b3d-4c5e-8f90-a1b2c3d4e5f6',
  version,
  ...(spoil === undefined ? {} : { spoil }),
})

describe.each([1, 2] as const)('a token of version %i', (version) => {
  test('is verified by the keys and the issuer that the metadata names', async () => {
    const claims = await verify(emulator.enrolment.enrolmentToken(wish(version)), version)

    expect(claims).toMatchObject({
      oid: ada.id,
      tid: emulator.tenant.id,
      scp: 'mdm_delegation',
      deviceid: wish(version).deviceId,
      ver: `${version}.0`,
      [version === 2 ? 'azp' : 'appid']: '29d9ed98-a469-4536-ade2-f981bc1d605e',
      [version === 2 ? 'preferred_username' : 'upn']: ada.userPrincipalName,
    })
    expect('upn' in claims).toBe(version === 1)
  })

  // What a good library refuses by itself; the rest is for the server to see.
  test.each([
    'algNone',
    'hs256PublicKey',
    'unknownKid',
    'kidTraversal',
    'unpublishedKey',
    'jkuHeader',
    'jwkHeader',
    'critHeader',
    'tamperedBody',
    'changedOid',
    'otherTenant',
    'foreignIssuer',
    'wrongAudience',
    'hostOnlyAudience',
    'otherApp',
    'expired',
    'notYetValid',
    'missingExp',
    'missingScp',
    'missingOid',
    'missingTid',
    'missingDeviceId',
    'whitespace',
    'fourParts',
  ] as const)('spoiled by %s is refused by jose', async (spoil) => {
    const token = emulator.enrolment.enrolmentToken(wish(version, spoil))

    await expect(verify(token, version)).rejects.toThrow(errors.JOSEError)
  })

  test.each(hostileEnrolmentTokens)('spoiled by %s differs from the honest one', (spoil) => {
    const shape = (token: string) => {
      const [header = '', payload = '', ...rest] = token.split('.')
      const decode = (part: string) => Buffer.from(part, 'base64url').toString()
      const claims = decode(payload).replace(/"(aio|rh|sub|uti)":"[^"]*",?/g, '')
      return [decode(header), claims, rest.length, rest[0]?.length, /[\s=]/.test(token)].join('\n')
    }
    const [honest, spoiled] = [wish(version), wish(version, spoil)].map((one) =>
      emulator.enrolment.enrolmentToken(one),
    )

    const isOtherKey = spoil === 'unpublishedKey'
    expect(shape(spoiled ?? '') === shape(honest ?? '')).toBe(isOtherKey)
  })
})

test('with a second claim of the same name in front, a reader sees the one, and the text has both', () => {
  const token = emulator.enrolment.enrolmentToken(wish(2, 'duplicateTid'))

  const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  expect(text.match(/"tid":/g)).toHaveLength(2)
  expect(text).toContain(`{"tid":"${emulator.other.tenant.id}"`)
  expect(readClaims(token).tid).toBe(emulator.tenant.id)
})

test('the version follows the registration, and the audience of version 1 its Application ID URI', () => {
  emulator.enrolment.setMobility({ tokenVersion: 1 })
  const token = emulator.enrolment.termsToken({ user: ada.userPrincipalName })
  emulator.enrolment.setMobility({ tokenVersion: 2 })

  expect(readClaims(token)).toMatchObject({ ver: '1.0', aud: serverUrl })
  expect(readClaims(emulator.enrolment.termsToken({ user: ada.id }))).toMatchObject({ ver: '2.0' })
})

test('a person of the other tenant gets an honest token of that tenant', () => {
  const [stranger] = emulator.other.directory.users
  const token = emulator.enrolment.termsToken({ user: stranger?.id ?? '' })

  expect(readClaims(token)).toMatchObject({
    tid: emulator.other.tenant.id,
    iss: `${emulator.url}/${emulator.other.tenant.id}/v2.0`,
    aud: emulator.app.clientId,
  })
})

test('a disabled person gets no token', () => {
  const { id } = emulator.directory.addUser({
    userPrincipalName: `gone@${emulator.tenant.domain}`,
    accountEnabled: false,
  })

  expect(() => emulator.enrolment.termsToken({ user: id })).toThrow(/AADSTS50057/)
})

test('the MDM user scope decides by group, however deep', () => {
  const inner = emulator.directory.addGroup({ displayName: 'Inner' })
  const outer = emulator.directory.addGroup({ displayName: 'Outer' })
  emulator.directory.addMember(outer.id, inner.id)
  emulator.directory.addMember(inner.id, ada.id)
  const { id } = emulator.directory.addUser({ userPrincipalName: `bo@${emulator.tenant.domain}` })
  emulator.enrolment.setMobility({ scope: 'some', groups: [outer.id] })

  const seen = [ada.id, id].map((user) => emulator.enrolment.mobilityOf(user)?.discoveryUrl)
  emulator.enrolment.setMobility({ scope: 'all', groups: [] })

  expect(seen).toEqual([serverUrl, undefined])
})

test('a token of the device names no person', () => {
  const claims = readClaims(emulator.enrolment.deviceToken({ deviceId: wish(2).deviceId }))

  expect(claims).toMatchObject({ idtyp: 'device', deviceid: wish(2).deviceId })
  for (const name of ['scp', 'upn', 'preferred_username']) expect(claims).not.toHaveProperty(name)
})

test('another process has all of it through the control port', async () => {
  const entra = await openEntra(emulator.controlUrl)
  const device = await entra.registerDevice({
    user: ada.id,
    kind: 'workAccount',
    name: 'LAPTOP',
    osVersion: '10.0.1',
  })

  expect(entra.origin).toBe(emulator.url)
  expect(await entra.mobilityOf(ada.id)).toMatchObject({ discoveryUrl: serverUrl, scope: 'all' })
  const token = await entra.enrolmentToken({ user: ada.id, deviceId: device.deviceId })
  expect(await verify(token, 2)).toMatchObject({ deviceid: device.deviceId })
  await expect(entra.termsToken({ user: 'nobody@hafenstern.example' })).rejects.toMatchObject({
    name: 'EnrolmentRefused',
    code: 50034,
  })
  const wrong = await control(emulator, 'POST', '/enrolment/nothing', [])
  expect(wrong.status).toBe(404)
})
