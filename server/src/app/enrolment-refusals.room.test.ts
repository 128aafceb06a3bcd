import { generateKeyPairSync } from 'node:crypto'
import { hostileEnrolmentTokens } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { asToken } from './testing.ts'

// Who is kept out, what Windows shows, and what the record says.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(() => world.again())
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const join = (person = world.person()) => ({ kind: 'oobe', user: person.id }) as const
/** One key for all: making keys takes longer than everything else together. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const makeKey = async () => String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
const shown = (report: object) => JSON.stringify(report, null, 1)

/** What Windows shows, and what the record says. */
const SPOILED = {
  algNone: '0x80180002 ownTokenUnknown',
  hs256PublicKey: '0x80180002 tokenAlgorithmWrong',
  unknownKid: '0x80180002 tokenKeyUnknown',
  noKid: '0x80180002 tokenUnreadable',
  kidTraversal: '0x80180002 tokenKeyUnknown',
  unpublishedKey: '0x80180002 tokenSignatureWrong',
  jkuHeader: '0x80180002 tokenHeaderForeign',
  jwkHeader: '0x80180002 tokenHeaderForeign',
  critHeader: '0x80180002 tokenHeaderForeign',
  tamperedBody: '0x80180002 tokenSignatureWrong',
  changedOid: '0x80180002 tokenSignatureWrong',
  otherTenant: '0x80180003 tenantUnknown',
  foreignTid: '0x80180003 tenantUnknown',
  foreignIssuer: '0x80180002 tokenIssuerWrong',
  tidArray: '0x80180003 tenantUnknown',
  duplicateTid: '0x80180002 tokenUnreadable',
  duplicateAud: '0x80180002 tokenUnreadable',
  wrongAudience: '0x80180002 tokenAudienceWrong',
  hostOnlyAudience: '0x80180002 tokenAudienceWrong',
  audienceArray: '0x80180002 tokenAudienceWrong',
  otherApp: '0x80180002 tokenAudienceWrong',
  expired: '0x80180002 tokenExpired',
  notYetValid: '0x80180002 tokenNotYetValid',
  missingExp: '0x80180002 tokenTimeMissing',
  missingScp: '0x80180002 tokenScopeMissing',
  otherScp: '0x80180002 tokenScopeMissing',
  missingOid: '0x80180002 tokenPersonMissing',
  oidNoGuid: '0x80180002 tokenPersonMissing',
  missingTid: '0x80180003 tenantUnknown',
  appOnly: '0x80180002 tokenAppOnly',
  deviceOnly: '0x80180002 tokenScopeMissing',
  idToken: '0x80180002 tokenScopeMissing',
  guest: '0x80180003 userIsGuest',
  versionMismatch: '0x80180002 tokenIssuerWrong',
  missingDeviceId: '0x80180002 tokenDeviceMissing',
  deviceIdNoGuid: '0x80180002 tokenDeviceMalformed',
  whitespace: '0x80180007 credentialMalformed',
  base64: '0x80180002 ownTokenUnknown',
  fourParts: '0x80180002 ownTokenUnknown',
}

describe('nobody enrols', () => {
  test.each([1, 2] as const)(
    'with a spoiled token of version %s, and the record says why',
    async (version) => {
      const { enrolment } = world.emulator
      const deviceId = 'aaaaaaaa-0000-4000-8000-00000000000a'
      const outcomes: Record<string, string> = {}
      for (const spoil of hostileEnrolmentTokens) {
        const token = enrolment.enrolmentToken({
          user: world.person().id,
          deviceId,
          version,
          spoil,
        })
        const report = await world.device({ makeKey }).enrol(join(), { token: () => token })
        const [attempt] = await world.attempts('?outcome=refused')
        outcomes[spoil] = `${report.ok ? 'enrolled' : report.code} ${attempt?.reason.code}`
        world.later(60)
      }

      expect(await world.devices()).toEqual([])
      expect(outcomes).toEqual(SPOILED)
    },
    240_000,
  )

  test('with a token a second time, though its owner gets a lost answer again', async () => {
    const { enrolment } = world.emulator
    const person = world.person()
    const lost = world.device({ makeKey })
    const twin = world.device({ makeKey, profile: lost.profile })
    const repeated = world.device({ makeKey, profile: lost.profile })
    const { deviceId } = enrolment.registerDevice({
      user: person.id,
      kind: 'join',
      name: 'PC',
      osVersion: '10.0.26100.1',
    })
    const token = enrolment.enrolmentToken({ user: person.id, deviceId: deviceId ?? '' })

    const [first, second] = await Promise.all([
      lost.enrol(join(person), { token: () => token }),
      twin.enrol(join(person), { token: () => token }),
    ])
    const again = await repeated.enrol(join(person), { token: () => token })
    const thief = await world.device().enrol(join(person), { token: () => token })

    expect(first, shown(first)).toMatchObject({ ok: true })
    expect(second, shown(second)).toMatchObject({ ok: true })
    expect(again, shown(again)).toMatchObject({ ok: true })
    expect(twin.enrolment?.certificate).toBe(lost.enrolment?.certificate)
    expect(repeated.enrolment?.certificate).toBe(lost.enrolment?.certificate)
    expect(thief).toMatchObject({ ok: false, code: '0x80180002' })
    expect(await world.devices()).toHaveLength(1)
    const [attempt] = await world.attempts('?outcome=refused')
    expect(attempt).toMatchObject({
      reason: { code: 'tokenUsed', cause: expect.stringContaining('once') },
      errorCode: '0x80180002',
    })
  })

  test('whom the rules leave out, and Windows is told with its own codes', async () => {
    const outcome = async (rules: object, flow: object = join()) => {
      await world.setRules(rules)
      const report = await world.device().enrol(flow as ReturnType<typeof join>)
      world.later(60)
      const [attempt] = await world.attempts()
      return [report.code, attempt.reason?.code]
    }
    const own = { kind: 'workAccount', user: world.person().id }

    expect(await outcome({ who: { kind: 'nobody' } })).toEqual(['access_denied', 'enrolmentClosed'])
    const groups = [{ entraId: 'aaaaaaaa-0000-4000-8000-00000000000b' }]
    expect(await outcome({ who: { kind: 'groups', groups } })).toEqual([
      'access_denied',
      'userOutsideScope',
    ])
    expect(await outcome({ minimumBuild: '10.0.99999' })).toEqual(['0x80180014', 'buildTooOld'])
    expect(await outcome({ editions: [9999] })).toEqual(['0x80180014', 'editionNotAllowed'])
    expect(await outcome({ corporate: false })).toEqual(['0x80180015', 'corporateNotAllowed'])
    expect(await outcome({ personal: false }, own)).toEqual(['0x80180015', 'personalNotAllowed'])
    expect(await outcome({ devicesPerPerson: 1 })).toEqual([undefined, undefined])
    expect(await outcome({ devicesPerPerson: 1 })).toEqual(['0x80180013', 'deviceCapReached'])
  })

  test('with what another person got from the terms of use, or what was made up', async () => {
    const blobs: string[] = []
    const person = world.person(0)
    await world.device().enrol(join(person), {
      opaqueBlob: (blob: string) => {
        blobs.push(blob)
        return blob
      },
    })
    world.later(60)

    const others = await world.device().enrol(join(world.person(1)), { opaqueBlob: () => blobs[0] })
    const forged = await world
      .device()
      .enrol(join(person), { opaqueBlob: (blob: string) => `${blob}A` })

    expect(others).toMatchObject({ ok: false, code: '0x80180019' })
    expect(forged).toMatchObject({ ok: false, code: '0x80180019' })
    const reasons = (await world.attempts('?outcome=refused')).map(
      ({ reason }: { reason: { code: string } }) => reason.code,
    )
    expect(reasons.sort()).toEqual(['receiptForged', 'receiptOfAnother'])
  })
})

describe('a person', () => {
  test('whose account is disabled, or gone, enrols nothing', async () => {
    const { directory } = world.emulator
    const [disabled, gone] = [world.person(5), world.person(6)]
    const token = world.emulator.enrolment.termsToken({ user: gone.id })
    const late = world.emulator.enrolment.termsToken({ user: disabled.id })
    directory.updateUser(disabled.id, { accountEnabled: false })
    directory.deleteUser(gone.id)
    await world.synchronise()
    const ask = async (bearer: string) => {
      const returnTo = encodeURIComponent('ms-appx-web://Microsoft.AAD.BrokerPlugin')
      const answer = await world.api.app.inject({
        method: 'GET',
        url: `/api/device/v1/windows/termsOfUse?redirect_uri=${returnTo}&api-version=1.0`,
        headers: { authorization: `Bearer ${bearer}` },
      })
      return String(answer.headers.location)
    }

    expect(await ask(late)).toContain(
      '?error=access_denied&error_description=the%20account%20is%20disabled',
    )
    expect(await ask(token)).toMatch(/\?error=(?:access_denied|unauthorized_client)&/)
    const reasons = (await world.attempts()).map(
      ({ reason }: { reason: { code: string } }) => reason.code,
    )
    expect(reasons).toContain('userDisabled')
  })

  test('whom the synchronisation has not brought is refused, or taken over where the rules say so', async () => {
    const { directory } = world.emulator
    const template = directory.user(world.person().id).record
    const person = directory.addUser({
      displayName: 'Nora New',
      userPrincipalName: `nora.new@${template.userPrincipalName.split('@')[1]}`,
      accountEnabled: true,
      userType: 'Member',
    } as Parameters<typeof directory.addUser>[0])

    const refused = await world.device().enrol(join(person))
    await world.setRules({ unknownUsers: 'create' })
    const taken = await world.device().enrol(join(person))

    expect(refused).toMatchObject({ ok: false, code: 'unauthorized_client' })
    expect(taken, shown(taken)).toMatchObject({ ok: true })
    expect(await world.devices()).toMatchObject([
      { user: { id: expect.stringMatching(/^usr_/), entraId: person.id, name: 'Nora New' } },
    ])
  })

  test('enrols in the organization that has them, where two are connected to one tenant', async () => {
    const made = await world.api.app.inject({
      method: 'POST',
      url: '/api/v1/organizations',
      headers: await asToken(world.api.parts, 'owner'),
      payload: { slug: 'north', name: 'North' },
    })
    expect(made.statusCode, made.body).toBe(201)
    await world.connect('north')

    const report = await world.device().enrol(join())

    expect(report, shown(report)).toMatchObject({ ok: true })
    expect(await world.devices('', 'north')).toEqual([])
    expect(await world.attempts('', 'north')).toEqual([])
    const [device] = await world.devices()
    const foreign = await world.call('GET', `/devices/${device.id}`, undefined, 'north')
    expect(foreign.statusCode).toBe(404)
    await world.call('DELETE', '?confirm=north', undefined, 'north')
  })

  test('does not enrol the device that somebody else has enrolled', async () => {
    const { enrolment } = world.emulator
    const first = await world.device().enrol(join(world.person(0)))
    const other = world.person(1)
    const token = enrolment.enrolmentToken({ user: other.id, deviceId: first.entraDeviceId ?? '' })

    const second = await world.device().enrol(join(other), { token: () => token })

    expect(second).toMatchObject({ ok: false, code: '0x80180003' })
    const [attempt] = await world.attempts('?outcome=refused')
    expect(attempt.reason.code).toBe('deviceOfAnotherUser')
  })
})
