import 'reflect-metadata'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { authorityWorld } from '../../testing/authority-world.ts'
import { testDatabase } from '../../testing/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import { listDeviceCertificates } from './certificates-store.ts'
import {
  findAuthorityCertificates,
  findDeviceCertificate,
  NoAuthority,
  noteUsed,
  revokeDeviceCertificates,
} from './index.ts'
import { rollOver } from './prepare-authority.ts'
import { saveCertificateSettings } from './settings-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof authorityWorld>>
beforeEach(async () => {
  await database.truncate()
  world = await authorityWorld(database)
})
afterAll(() => database[Symbol.asyncDispose]())

const DAY_MS = 24 * 60 * 60 * 1000
const later = (days: number) =>
  world.clock.set(new Date(world.clock.now().getTime() + days * DAY_MS))
const find = (der: Uint8Array, organization?: `org_${string}`) =>
  findDeviceCertificate(world.db, der, world.clock.now(), organization)
const inTransaction = <T>(
  work: Parameters<ReturnType<typeof world.db.transaction>['execute']>[0],
) => world.db.transaction().execute(work) as Promise<T>

describe('the authority', () => {
  test('is made at first use, once, however many processes and devices begin', async () => {
    const processes = [world.certificates, world.another(), world.another()]
    const everybody = [...processes, ...processes].map((one) => one.prepare(world.first))

    await Promise.all(everybody)

    const [authority, more] = await findAuthorityCertificates(
      world.db,
      world.first,
      world.clock.now(),
    )
    expect(more).toBeUndefined()
    expect(world.notes.map(({ action }) => action)).toEqual(['authority.switched'])
    const root = new X509Certificate(authority?.root ?? new Uint8Array())
    expect([root.ca, root.verify(root.publicKey), root.checkIssued(root)]).toEqual([
      true,
      true,
      true,
    ])
  })

  test('is one of its own for each organization', async () => {
    const one = await world.enrol(world.first, 'dev_1')
    const other = await world.enrol(world.second, 'dev_2')

    expect(one.certificate.authority.root).not.toEqual(other.certificate.authority.root)
    const root = new X509Certificate(other.certificate.authority.root)
    expect(new X509Certificate(one.certificate.der).verify(root.publicKey)).toBe(false)
  })

  test('keeps its private key out of its table', async () => {
    await world.certificates.prepare(world.first)

    const rows = await acrossOrganizations(world.db)
      .selectFrom('certificate_authorities')
      .selectAll()
      .execute()
    const { keys } = world.certificates
    const [row] = rows
    const key = await keys.open(world.db, {
      organization: world.first,
      secretId: row?.secret_id ?? '',
    })
    const { d = '' } = key.export({ format: 'jwk' }) as { d?: string } // the private exponent
    const values = rows.flatMap((each) => Object.values(each))
    const held = Buffer.concat(
      values.map((value) => (value instanceof Uint8Array ? value : Buffer.from(String(value)))),
    )
    expect(d.length).toBeGreaterThan(100)
    const exponent = Buffer.from(d, 'base64url')
    for (const start of [0, 1, 2]) {
      const base64 = exponent.subarray(start).toString('base64').slice(0, 40)
      expect(held.includes(base64)).toBe(false)
    }
    expect(held.includes(exponent.subarray(0, 30))).toBe(false)
  })

  test('is not there for whoever issues without having prepared it', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const device = {
      deviceId: 'dev_1',
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    }

    await expect(
      inTransaction((tx) => world.certificates.issue(tx, world.first, device)),
    ).rejects.toThrow(NoAuthority)
  })
})

describe.each(['rsa2048', 'ecdsaP256'] as const)('a certificate by %s', (algorithm) => {
  beforeEach(() =>
    saveCertificateSettings(
      world.db,
      world.first,
      { algorithm, validityDays: 365, sha1Allowed: false },
      { name: 'test', now: world.clock.now() },
    ),
  )

  test('says what Windows wants of it, also to a reader that is not ours', async () => {
    const { certificate } = await world.enrol(world.first, 'dev_0123456789', 'rsa')
    const read = new x509.X509Certificate(new Uint8Array(certificate.der))
    const root = new x509.X509Certificate(new Uint8Array(certificate.authority.root))

    expect(await read.verify({ publicKey: root, signatureOnly: true })).toBe(true)
    expect(read.subject).toBe('CN=dev_0123456789')
    expect(read.issuer).toBe(root.subject)
    expect(read.serialNumber).toBe(`0${certificate.serialNumber}`)
    expect(read.notBefore).toEqual(new Date('2026-11-25T07:55:00Z'))
    expect(read.notAfter).toEqual(new Date('2027-11-25T08:00:00Z'))
    expect(read.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
      x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
    )
    expect(read.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(read.getExtension(x509.BasicConstraintsExtension)).toMatchObject({
      ca: false,
      critical: true,
    })
    expect(read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(
      root.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    )
    const [place] = read.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints ?? []
    const [name] = place?.distributionPoint?.fullName ?? []
    expect(name?.uniformResourceIdentifier).toBe(
      `https://mdm.example.org/crl/${certificate.authorityId}.crl`,
    )
    expect(root.getExtension(x509.BasicConstraintsExtension)).toMatchObject({
      ca: true,
      pathLength: 0,
      critical: true,
    })
    expect(root.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
      x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
    )
  })

  test('is found by itself, whichever organization it is of', async () => {
    const { certificate } = await world.enrol(world.first, 'dev_1')
    await world.enrol(world.second, 'dev_2')

    const found = await find(certificate.der)

    expect(found).toMatchObject({
      kind: 'valid',
      certificate: { organization: world.first, deviceId: 'dev_1' },
    })
    expect(await find(certificate.der, world.first)).toMatchObject({ kind: 'valid' })
    expect(await find(certificate.der, world.second)).toEqual({
      kind: 'refused',
      refusal: 'foreign',
    })
  })
})

describe('a certificate is refused', () => {
  test('before its time, give or take a minute, and after it', async () => {
    const { certificate } = await world.enrol(world.first, 'dev_1')
    const at = async (iso: string) => {
      world.clock.set(new Date(iso))
      const found = await find(certificate.der)
      return found.kind === 'refused' ? found.refusal : found.kind
    }

    expect(await at('2026-11-25T07:53:59Z')).toBe('notYet')
    expect(await at('2026-11-25T07:54:30Z')).toBe('valid')
    expect(await at('2027-11-25T08:00:00Z')).toBe('valid')
    expect(await at('2027-11-25T08:00:01Z')).toBe('expired')
  })

  test('once it is revoked, with the other ones of the device but the one that stays', async () => {
    const { certificate: old } = await world.enrol(world.first, 'dev_1')
    const { certificate: kept } = await world.enrol(world.first, 'dev_1')
    const { certificate: other } = await world.enrol(world.first, 'dev_2')

    const ended = await inTransaction<unknown[]>((tx) =>
      revokeDeviceCertificates(tx, world.first, 'dev_1', {
        reason: 'cessationOfOperation',
        now: world.clock.now(),
        except: kept.id,
      }),
    )

    expect(ended).toMatchObject([{ id: old.id }])
    expect(await find(old.der)).toMatchObject({ refusal: 'revoked', certificate: { id: old.id } })
    expect(await find(kept.der)).toMatchObject({ kind: 'valid' })
    expect(await find(other.der)).toMatchObject({ kind: 'valid' })
  })

  test('when it is no certificate, nobody of ours signed it, or we never heard of it', async () => {
    const { certificate } = await world.enrol(world.first, 'dev_1')
    const stranger = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=dev_1',
      keys: await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']),
      extensions: [
        new x509.AuthorityKeyIdentifierExtension(
          new x509.X509Certificate(new Uint8Array(certificate.authority.root)).getExtension(
            x509.SubjectKeyIdentifierExtension,
          )?.keyId ?? '',
        ),
      ],
    })
    await world.db.deleteFrom('certificates').where('organization_id', '=', world.first).execute()

    expect(await find(Buffer.from('rubbish'))).toEqual({ kind: 'refused', refusal: 'malformed' })
    expect(await find(Buffer.from(stranger.rawData))).toEqual({
      kind: 'refused',
      refusal: 'foreign',
    })
    expect(await find(certificate.der)).toEqual({ kind: 'refused', refusal: 'unknown' })
  })

  test('when somebody put it into the database, but the authority did not sign it', async () => {
    const { certificate } = await world.enrol(world.first, 'dev_1')
    const { certificate: foreign } = await world.enrol(world.second, 'dev_1')
    await world.db
      .updateTable('certificates')
      .set({ certificate: foreign.der })
      .where('organization_id', '=', world.first)
      .execute()

    expect(await find(certificate.der)).toEqual({ kind: 'refused', refusal: 'foreign' })
  })
})

test('old and new certificate both hold until the new one was used', async () => {
  const { certificate: old } = await world.enrol(world.first, 'dev_1')
  later(300)
  const { certificate: lost } = await world.enrol(world.first, 'dev_1')
  later(1)
  const { certificate: young } = await world.enrol(world.first, 'dev_1')
  const kinds = async () =>
    await Promise.all(
      [old, lost, young].map(async ({ der }) => {
        const found = await find(der)
        return found.kind === 'refused' ? found.refusal : found.kind
      }),
    )
  const use = (certificate: typeof old) =>
    inTransaction<unknown[]>((tx) => noteUsed(tx, certificate, world.clock.now()))

  await use(old)
  expect(await kinds()).toEqual(['valid', 'valid', 'valid'])
  expect(await use(young)).toHaveLength(2)

  expect(await kinds()).toEqual(['replaced', 'replaced', 'valid'])
  expect(await use(young)).toEqual([])
  const [first, ...others] = await listDeviceCertificates(world.db, world.first, 'dev_1')
  expect(first).toMatchObject({ id: young.id, firstUsedAt: world.clock.now() })
  expect(others.map(({ replacedBy }) => replacedBy)).toEqual([young.id, young.id])
})

describe('a roll-over', () => {
  const parts = () => ({ ...world.certificates.parts, keys: world.certificates.keys })
  const record = async () => undefined

  test('leaves what the old authority issued valid; new certificates come from the new one', async () => {
    const { certificate: old } = await world.enrol(world.first, 'dev_1')
    await rollOver(parts(), world.first, { step: 'prepare', record })
    const { certificate: before } = await world.enrol(world.first, 'dev_2')
    await rollOver(parts(), world.first, { step: 'switch', record })

    const { certificate: after } = await world.enrol(world.first, 'dev_3')

    expect(before.authorityId).toBe(old.authorityId)
    expect(after.authorityId).not.toBe(old.authorityId)
    for (const { der } of [old, before, after]) {
      expect(await find(der)).toMatchObject({ kind: 'valid' })
    }
    const trusted = await findAuthorityCertificates(world.db, world.first, world.clock.now())
    expect(new Set(trusted.map(({ id }) => id))).toEqual(
      new Set([old.authorityId, after.authorityId]),
    )
  })

  test('is refused while the next authority waits, and makes one on the way when none does', async () => {
    await world.certificates.prepare(world.first)

    expect(await rollOver(parts(), world.first, { step: 'switch', record })).toBe('switched')
    expect(await rollOver(parts(), world.first, { step: 'prepare', record })).toBe('prepared')
    expect(await rollOver(parts(), world.first, { step: 'prepare', record })).toBe('nextExists')
  })

  test('comes by itself when certificates would outlive the authority; none ever does', async () => {
    const { certificate: old } = await world.enrol(world.first, 'dev_1')
    later(3652 - 365 - 1)
    const { certificate: last } = await world.enrol(world.first, 'dev_2')
    later(2)

    const { certificate: young } = await world.enrol(world.first, 'dev_3')

    expect(last.authorityId).toBe(old.authorityId)
    expect(young.authorityId).not.toBe(old.authorityId)
    const root = new X509Certificate(last.authority.root)
    expect(last.notAfter <= root.validToDate).toBe(true)
    expect(await find(last.der)).toMatchObject({ kind: 'valid' })
  })
})
