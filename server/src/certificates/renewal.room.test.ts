import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { authorityWorld } from '../../testing/authority-world.ts'
import { testDatabase } from '../../testing/database.ts'
import { makeRequest, signMessage } from '../../testing/signed-messages.ts'
import { checkRenewal, checkSignedMessage, noteUsed, revokeDeviceCertificates } from './index.ts'
import { saveCertificateSettings } from './settings-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof authorityWorld>>
let device: Awaited<ReturnType<(typeof world)['enrol']>>
let request: Awaited<ReturnType<typeof makeRequest>>
beforeEach(async () => {
  await database.truncate()
  world = await authorityWorld(database)
  device = await world.enrol(world.first, 'dev_1')
  request = await makeRequest()
})
afterAll(() => database[Symbol.asyncDispose]())

type Signing = Partial<Parameters<typeof signMessage>[0]>
const message = (more: Signing = {}) =>
  signMessage({
    content: request.der,
    certificate: device.certificate.der,
    privateKey: device.privateKey,
    ...more,
  })
const renew = (der: Uint8Array, more: object = {}) =>
  checkRenewal(world.db, der, { now: world.clock.now(), ...more })
const flip = (bytes: Uint8Array, at: number) => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

describe('a renewal', () => {
  test.each(['rsa', 'ec'] as const)('of a device with a key of %s is accepted', async (kind) => {
    device = await world.enrol(world.first, 'dev_2', kind)

    expect(await renew(message())).toMatchObject({
      kind: 'accepted',
      signer: { id: device.certificate.id, deviceId: 'dev_2', organization: world.first },
      isSha1: false,
    })
  })

  test('without signed attributes is accepted: the signature is over the request', async () => {
    expect(await renew(message({ withoutAttributes: true }))).toMatchObject({ kind: 'accepted' })
  })

  test('with another device’s key is refused', async () => {
    const other = await world.enrol(world.first, 'dev_2')

    expect(await renew(message({ privateKey: other.privateKey }))).toEqual({
      kind: 'refused',
      refusal: 'signature',
    })
  })

  test('whose attributes speak of another request is refused', async () => {
    const digest = Buffer.alloc(32, 7)

    expect(await renew(message({ digest }))).toEqual({ kind: 'refused', refusal: 'signature' })
  })

  test('with a changed request, signature or attribute is refused', async () => {
    const der = message()
    const placeOf = (part: Uint8Array) => der.indexOf(part.subarray(0, 20))

    expect(await renew(flip(der, placeOf(request.der) + 100))).toMatchObject({
      refusal: 'signature',
    })
    expect(await renew(flip(der, der.length - 1))).toMatchObject({ refusal: 'signature' })
  })

  test('with a request that does not hold is refused, and told whose it was', async () => {
    request = { ...request, der: flip(request.der, request.der.length - 1) }

    expect(await renew(message())).toMatchObject({
      kind: 'refused',
      refusal: 'signature',
      signer: { id: device.certificate.id },
    })
  })

  test('with SHA-1 is refused unless that is allowed', async () => {
    device = await world.enrol(world.first, 'dev_2', 'rsa')
    const der = message({ hash: 'sha1' })

    expect(await renew(der)).toEqual({ kind: 'refused', refusal: 'sha1' })
    await saveCertificateSettings(
      world.db,
      world.first,
      { algorithm: 'rsa2048', validityDays: 365, sha1Allowed: true },
      { name: 'test', now: world.clock.now() },
    )
    expect(await renew(der)).toMatchObject({ kind: 'accepted' })
  })

  test('with a certificate that is over, taken back, replaced or of nobody is refused', async () => {
    const der = message()
    const young = await world.enrol(world.first, 'dev_1')
    const refusal = async () => {
      const checked = await renew(der)
      return checked.kind === 'refused' ? checked.refusal : checked.kind
    }

    expect(await refusal()).toBe('accepted')
    await noteUsed(world.db, young.certificate, world.clock.now())
    expect(await refusal()).toBe('replaced')
    const other = await world.enrol(world.first, 'dev_3')
    device = other
    const now = world.clock.now()
    const ofOther = message()
    world.clock.set(new Date('2028-01-01T00:00:00Z'))
    expect(await renew(ofOther)).toMatchObject({ refusal: 'expired' })
    world.clock.set(now)
    const revoking = { reason: 'keyCompromise', now } as const
    await revokeDeviceCertificates(world.db, world.first, 'dev_3', revoking)
    expect(await renew(ofOther)).toMatchObject({ refusal: 'revoked' })
    await world.db.deleteFrom('certificates').where('organization_id', '=', world.first).execute()
    expect(await refusal()).toBe('foreign')
  })

  test('to another organization is refused', async () => {
    expect(await renew(message(), { organization: world.second })).toEqual({
      kind: 'refused',
      refusal: 'foreign',
    })
    expect(await renew(message(), { organization: world.first })).toMatchObject({
      kind: 'accepted',
    })
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['rubbish', Buffer.from('rubbish')],
    ['an empty sequence', Buffer.from('3000', 'hex')],
  ])('that is %s is refused', async (_name, der) => {
    expect(await renew(der)).toEqual({ kind: 'refused', refusal: 'malformed' })
  })
})

describe('a message signed apart', () => {
  const detached = Buffer.from('<SyncML/>')
  const check = (der: Uint8Array, content?: Uint8Array) =>
    checkSignedMessage(world.db, der, {
      now: world.clock.now(),
      ...(content ? { detached: content } : {}),
    })

  test('is accepted over the very bytes that came beside it, and no others', async () => {
    const der = message({ content: detached, isDetached: true })

    expect(await check(der, detached)).toMatchObject({
      kind: 'accepted',
      signer: { deviceId: 'dev_1' },
    })
    expect(await check(der, Buffer.from('<SyncML />'))).toMatchObject({ refusal: 'signature' })
  })

  test('is refused without content, and with two', async () => {
    expect(await check(message({ content: detached, isDetached: true }))).toMatchObject({
      refusal: 'malformed',
    })
    expect(await check(message({ content: detached }), detached)).toMatchObject({
      refusal: 'malformed',
    })
  })
})
