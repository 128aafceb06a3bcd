import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { authorityWorld } from '../../testing/authority-world.ts'
import { testDatabase } from '../../testing/database.ts'
import { fetchRevocationList } from './fetch-revocation-list.ts'
import { noteUsed, revokeDeviceCertificates } from './index.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof authorityWorld>>
beforeEach(async () => {
  await database.truncate()
  world = await authorityWorld(database)
})
afterAll(() => database[Symbol.asyncDispose]())

const CRL_NUMBER = '2.5.29.20'
type Enrolled = Awaited<ReturnType<(typeof world)['enrol']>>

/** The list as somebody reads it who trusts the authority. */
async function read({ certificate }: Enrolled) {
  const { parts, keys } = world.certificates
  const list = await fetchRevocationList({ ...parts, keys }, certificate.authorityId)
  const crl = new x509.X509Crl(new Uint8Array(list?.der ?? []))
  const root = new x509.X509Certificate(new Uint8Array(certificate.authority.root))
  expect(await crl.verify({ publicKey: root })).toBe(true)
  expect(crl.issuer).toBe(root.subject)
  const number = crl.extensions.find(({ type }) => type === CRL_NUMBER)?.value
  return {
    der: Buffer.from(list?.der ?? []),
    number: Buffer.from(number ?? new ArrayBuffer(0)).toString('hex'),
    thisUpdate: crl.thisUpdate,
    nextUpdate: crl.nextUpdate,
    entries: crl.entries.map(({ serialNumber, revocationDate, reason }) => ({
      serialNumber: serialNumber.replace(/^0+/, ''),
      revocationDate,
      reason,
    })),
  }
}
const revoke = (organization: `org_${string}`, deviceId: string) =>
  revokeDeviceCertificates(world.db, organization, deviceId, {
    reason: 'keyCompromise',
    now: world.clock.now(),
  })
const later = (hours: number) =>
  world.clock.set(new Date(world.clock.now().getTime() + hours * 60 * 60 * 1000))

test('a list without entries is signed, numbered, and good for a week', async () => {
  const device = await world.enrol(world.first, 'dev_1')

  expect(await read(device)).toMatchObject({
    number: '020101',
    entries: [],
    thisUpdate: new Date('2026-11-25T08:00:00Z'),
    nextUpdate: new Date('2026-12-02T08:00:00Z'),
  })
})

test.each(['rsa', 'ec'] as const)(
  'what is revoked or replaced is in it from then on (%s)',
  async (kind) => {
    const lost = await world.enrol(world.first, 'dev_1', kind)
    const old = await world.enrol(world.first, 'dev_2', kind)
    const young = await world.enrol(world.first, 'dev_2', kind)
    await read(lost)
    await revoke(world.first, 'dev_1')
    later(1)
    await noteUsed(world.db, young.certificate, world.clock.now())

    expect(await read(lost)).toMatchObject({
      number: '020102',
      entries: [
        {
          serialNumber: lost.certificate.serialNumber,
          revocationDate: new Date('2026-11-25T08:00:00Z'),
          reason: x509.X509CrlReason.keyCompromise,
        },
        {
          serialNumber: old.certificate.serialNumber,
          revocationDate: new Date('2026-11-25T09:00:00Z'),
          reason: x509.X509CrlReason.superseded,
        },
      ],
    })
  },
)

test('it stays the same for a day while nothing changes, and is then made anew', async () => {
  const device = await world.enrol(world.first, 'dev_1')
  const before = await read(device)
  later(23)
  expect((await read(device)).der).toEqual(before.der)
  later(2)

  expect(await read(device)).toMatchObject({
    number: '020102',
    nextUpdate: new Date('2026-12-03T09:00:00Z'),
  })
})

test('many who ask at once get the same list', async () => {
  const device = await world.enrol(world.first, 'dev_1')
  await read(device)
  await revoke(world.first, 'dev_1')

  const lists = await Promise.all(Array.from({ length: 8 }, () => read(device)))

  expect(new Set(lists.map(({ number }) => number))).toEqual(new Set(['020102']))
})

test('another organization’s list knows nothing of it', async () => {
  const [device, other] = [
    await world.enrol(world.first, 'dev_1'),
    await world.enrol(world.second, 'dev_1'),
  ]
  await revoke(world.first, 'dev_1')

  expect((await read(device)).entries).toHaveLength(1)
  expect((await read(other)).entries).toEqual([])
})

test('what has been over for two lists is no longer in it', async () => {
  const device = await world.enrol(world.first, 'dev_1')
  await revoke(world.first, 'dev_1')
  world.clock.set(new Date('2027-12-08T00:00:00Z'))
  expect((await read(device)).entries).toHaveLength(1)
  world.clock.set(new Date('2027-12-10T00:00:00Z'))

  expect((await read(device)).entries).toEqual([])
})

test('an authority that does not exist has none', async () => {
  const { parts, keys } = world.certificates

  expect(await fetchRevocationList({ ...parts, keys }, 'cau_nobody')).toBeUndefined()
})
