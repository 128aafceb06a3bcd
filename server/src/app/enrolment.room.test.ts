import { generateKeyPairSync } from 'node:crypto'
import { hostileEnrolmentTokens } from '@mooring/emulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'

// A simulated Windows device, as strict as a real one, and the whole server over HTTP.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

const RULES = {
  who: { kind: 'all' },
  devicesPerPerson: null,
  minimumBuild: null,
  editions: null,
  corporate: true,
  personal: true,
  unknownUsers: 'refuse',
  withoutTerms: false,
}
const TABLES = [
  'devices',
  'certificates',
  'enrolment_attempts',
  'enrolment_settings',
  'enrolment_uses',
  'enrolment_tokens',
] as const

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  world.emulator.enrolment.setMobility({ serverUrl: world.publicUrl, tokenVersion: 2 })
  for (const table of TABLES) await acrossOrganizations(world.db).deleteFrom(table).execute()
  world.later(3600)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function setRules(rules: object) {
  const saved = await world.call('PUT', '/enrolments/settings', { ...RULES, ...rules })
  expect(saved.statusCode, saved.body).toBe(200)
}
const join = (person = world.person()) => ({ kind: 'oobe', user: person.id }) as const
const shown = (report: object) => JSON.stringify(report, null, 1)

describe('a device enrols', () => {
  test.each([1, 2] as const)(
    'at its first start, with tokens of version %s',
    async (tokenVersion) => {
      world.emulator.enrolment.setMobility({ serverUrl: world.publicUrl, tokenVersion })
      const person = world.person()
      const device = world.device()

      const report = await device.enrol(join(person))

      expect(report, shown(report)).toMatchObject({ ok: true })
      expect(await world.devices()).toMatchObject([
        {
          id: expect.stringMatching(/^dev_/),
          name: device.profile.name,
          entraDeviceId: report.entraDeviceId,
          ownership: 'corporate',
          state: 'enrolled',
          user: { entraId: person.id, name: person.displayName },
        },
      ])
      expect(await world.attempts()).toMatchObject([
        {
          clientRequestId: report.clientRequestId,
          outcome: 'enrolled',
          user: { entraId: person.id },
          device: { id: expect.stringMatching(/^dev_/), name: device.profile.name },
          steps: [
            { step: 'terms', outcome: 'succeeded' },
            { step: 'discovery', outcome: 'succeeded' },
            { step: 'policies', outcome: 'succeeded' },
            { step: 'enrolment', outcome: 'succeeded' },
          ],
          facts: { tokenVersion: `${tokenVersion}.0`, hasReceipt: true },
        },
      ])
      expect(JSON.stringify(await world.attempts())).not.toContain('eyJ')
      const { items } = (await world.call('GET', '/enrolments')).json()
      expect(items).toMatchObject([{ certificate: { state: 'valid' } }])
    },
  )

  test('from Windows’ settings, and as somebody’s own by adding the work account', async () => {
    const [first, second] = [world.device(), world.device()]

    const joined = await first.enrol({ kind: 'settings', user: world.person(0).id })
    const added = await second.enrol({ kind: 'workAccount', user: world.person(1).id })

    expect(joined, shown(joined)).toMatchObject({ ok: true })
    expect(added, shown(added)).toMatchObject({ ok: true })
    const devices = await world.devices()
    expect(devices.map((device: { ownership: string }) => device.ownership).sort()).toEqual([
      'corporate',
      'personal',
    ])
  })

  test('by group policy, without terms, only where the rules allow it', async () => {
    const flow = { kind: 'policy', user: world.person().id } as const

    const refused = await world.device().enrol(flow)
    await setRules({ withoutTerms: true })
    const allowed = await world.device().enrol(flow)

    expect(refused).toMatchObject({ ok: false, code: '0x80180019' })
    expect(allowed, shown(allowed)).toMatchObject({ ok: true })
  })

  test('with a token that an administrator made, once, and never after it was revoked', async () => {
    const body = { name: 'school', ownership: 'corporate' }
    const made = (await world.call('POST', '/enrolments/tokens', body)).json()
    const other = (await world.call('POST', '/enrolments/tokens', body)).json()
    await world.call('DELETE', `/enrolments/tokens/${other.id}`)
    const flow = { kind: 'token', server: world.publicUrl, token: made.token } as const

    const first = await world.device().enrol(flow)
    const second = await world.device().enrol(flow)
    const third = await world.device().enrol({ ...flow, token: other.token })

    expect(first, shown(first)).toMatchObject({ ok: true })
    expect(second).toMatchObject({ ok: false, code: '0x80180002' })
    expect(third).toMatchObject({ ok: false, code: '0x80180002' })
    expect(made.link).toMatch(/^ms-device-enrollment:\?mode=mdm&servername=http/)
    const { items } = (await world.call('GET', '/enrolments/tokens')).json()
    const states = items.map(({ id, state }: { id: string; state: string }) => [id, state])
    expect(Object.fromEntries(states)).toEqual({ [made.id]: 'used', [other.id]: 'revoked' })
    expect(JSON.stringify(items)).not.toContain(made.token)
    expect(await world.devices()).toMatchObject([{ user: null, ownership: 'corporate' }])
  })

  test('through Mooring’s own sign-in, without Entra knowing the device', async () => {
    const person = world.person()
    await world.switchOnSignIn()
    const device = world.device()

    const report = await device.enrol({
      kind: 'signIn',
      server: world.publicUrl,
      user: person.userPrincipalName,
    })

    expect(report, shown(report)).toMatchObject({ ok: true })
    expect(await world.devices()).toMatchObject([
      { entraDeviceId: null, ownership: 'personal', user: { entraId: person.id } },
    ])
    const [attempt] = await world.attempts()
    expect(attempt.steps.map(({ step }: { step: string }) => step)).toEqual([
      'signIn',
      'discovery',
      'policies',
      'enrolment',
    ])
  })
})

describe('a page of terms', () => {
  const texts = {
    en: { title: 'Terms of <Example>', body: 'Be good.' },
    de: { title: 'Bedingungen', body: 'Seid brav.' },
  }
  const put = async (more: object = {}) => {
    const page = { enabled: true, fallback: 'en', texts, ...more }
    const saved = await world.call('PUT', '/enrolments/terms', page)
    expect(saved.statusCode, saved.body).toBe(200)
    return saved.json()
  }
  afterEach(() => put({ enabled: false }))

  test('is shown where an organization wants one, and what somebody accepted is kept', async () => {
    const { version } = await put()

    const report = await world.device({ answerTerms: 'accept' }).enrol(join())

    expect(report, shown(report)).toMatchObject({ ok: true })
    const { items } = (await world.call('GET', '/enrolments/terms/answers')).json()
    expect(items[0]).toMatchObject({
      user: { entraId: world.person().id },
      version,
      answer: 'accepted',
      clientRequestId: report.clientRequestId,
    })
  })

  test('can be declined only where the device stays somebody’s own', async () => {
    await put()
    const own = { kind: 'workAccount', user: world.person().id } as const

    const declined = await world.device({ answerTerms: 'decline' }).enrol(own)
    const joining = await world.device({ answerTerms: 'decline' }).enrol(join())

    expect(declined).toMatchObject({ ok: false, code: 'rejectedTermsOfUse' })
    // There is no such button.
    expect(joining.ok).toBe(false)
    expect(joining.reason).toContain('no button to decline')
    expect(await world.devices()).toEqual([])
  })

  test('has the reader’s language, Windows’ colours, plain text, and may stand in a frame', async () => {
    const first = await put()
    const second = await put({ texts: { ...texts, en: { title: 'New', body: 'Be better.' } } })
    const same = await put({ texts: { ...texts, en: { title: 'New', body: 'Be better.' } } })
    await put()
    const token = world.emulator.enrolment.termsToken({ user: world.person().id })
    const returnTo = encodeURIComponent('ms-appx-web://Microsoft.AAD.BrokerPlugin')
    const open = (language: string, host: string) =>
      world.api.app.inject({
        method: 'GET',
        url: `/api/device/v1/windows/termsOfUse?redirect_uri=${returnTo}&api-version=1.0&mode=azureadjoin`,
        headers: {
          authorization: `Bearer ${token}`,
          'accept-language': language,
          'cxh-host': host,
        },
      })

    const [dark, light] = [await open('en-US', 'FRX'), await open('de-DE,de', 'MOSET')]

    expect([second.version, same.version]).toEqual([first.version + 1, first.version + 1])
    expect(dark.body).toContain('<h1>Terms of &lt;Example&gt;</h1>')
    expect(dark.body).toContain('<body class="dark">')
    expect(light.body).toContain('Seid brav.')
    expect(light.body).toContain('<body class="light">')
    expect(light.body).not.toContain('value="decline"')
    expect(light.headers['x-frame-options']).toBeUndefined()
    expect(light.headers['content-security-policy']).not.toContain('frame-ancestors')
    expect(light.headers['content-security-policy']).toContain('ms-appx-web:')
  })

  test('takes no answer without a ticket of its own', async () => {
    await put()
    const forged = Buffer.from(JSON.stringify({ organization: 'org_x' })).toString('base64url')
    for (const ticket of ['', 'x', `${forged}.AAAA`]) {
      const answer = await world.api.app.inject({
        method: 'POST',
        url: '/api/device/v1/windows/termsOfUse/answer',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `ticket=${ticket}&answer=accept`,
      })
      expect(answer.statusCode).toBe(400)
      expect(answer.headers.location).toBeUndefined()
    }
  })
})

describe('a device that is known', () => {
  test('keeps its row when it enrols anew, and its old certificate is no longer good', async () => {
    const device = world.device()
    const first = await device.enrol(join())
    const again = world.device({ profile: device.profile })

    const second = await again.enrol(join(), {
      token: () =>
        world.emulator.enrolment.enrolmentToken({
          user: world.person().id,
          deviceId: first.entraDeviceId ?? '',
        }),
    })

    expect(second, shown(second)).toMatchObject({ ok: true })
    const [row, more] = await world.devices()
    expect(more).toBeUndefined()
    const detail = (await world.call('GET', `/devices/${row.id}`)).json()
    expect(detail).toMatchObject({ enrolments: 2 })
    const renewed = await device.renew()
    expect(renewed).toMatchObject({ ok: false, code: '0x80180016' })
  })

  test('renews its certificate, and the old one is good until the new one was used', async () => {
    const device = world.device()
    await device.enrol(join())
    const before = device.enrolment?.certificate

    world.later(60)
    const once = await device.renew()
    world.later(60)
    const twice = await device.renew({ encoding: 'twice' })

    expect(once, shown(once)).toMatchObject({ ok: true })
    expect(twice, shown(twice)).toMatchObject({ ok: true })
    expect(device.enrolment?.certificate).not.toBe(before)
    const [row] = await world.devices()
    const attempts = await world.attempts(`?device=${row.id}`)
    expect(attempts.map(({ steps }: { steps: { step: string }[] }) => steps.at(-1)?.step)).toEqual([
      'renewal',
      'renewal',
      'enrolment',
    ])
  })

  test('renews under the next authority, which comes along', async () => {
    const device = world.device()
    await device.enrol(join())
    const rolled = await world.call('POST', '/certificate-authorities/roll-over', {
      step: 'switch',
    })
    expect(rolled.statusCode, rolled.body).toBe(200)

    world.later(60)
    const renewed = await device.renew()
    world.later(60)
    const again = await device.renew()

    expect(renewed, shown(renewed)).toMatchObject({ ok: true })
    expect(again, shown(again)).toMatchObject({ ok: true })
    const [{ id }] = await world.devices()
    const { items } = (await world.call('GET', `/devices/${id}/certificates`)).json()
    const authorities = items.map(({ authorityId }: { authorityId: string }) => authorityId)
    expect(authorities[0]).toBe(authorities[1])
    expect(authorities[2]).not.toBe(authorities[1])
  })

  test('is another one when a clone with the same hardware ids joins', async () => {
    const device = world.device()
    await device.enrol(join())
    const { hardwareId, serialNumber } = device.profile
    const clone = world.device({ profile: { hardwareId, serialNumber } })

    const report = await clone.enrol(join())

    expect(report, shown(report)).toMatchObject({ ok: true })
    expect(await world.devices()).toHaveLength(2)
  })
})

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
        const report = await world.device().enrol(join(), { token: () => token })
        const [attempt] = await world.attempts('?outcome=refused')
        outcomes[spoil] = `${report.ok ? 'enrolled' : report.code} ${attempt?.reason.code}`
        world.later(60)
      }

      expect(await world.devices()).toEqual([])
      expect(outcomes).toEqual(SPOILED)
    },
  )

  test('with a token a second time, though its owner gets a lost answer again', async () => {
    const { enrolment } = world.emulator
    const person = world.person()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const makeKey = async () => String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const lost = world.device({ makeKey })
    const repeated = world.device({ makeKey, profile: lost.profile })
    const { deviceId } = enrolment.registerDevice({
      user: person.id,
      kind: 'join',
      name: 'PC',
      osVersion: '10.0.26100.1',
    })
    const token = enrolment.enrolmentToken({ user: person.id, deviceId: deviceId ?? '' })

    const first = await lost.enrol(join(person), { token: () => token })
    const again = await repeated.enrol(join(person), { token: () => token })
    const thief = await world.device().enrol(join(person), { token: () => token })

    expect(first, shown(first)).toMatchObject({ ok: true })
    expect(again, shown(again)).toMatchObject({ ok: true })
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
      await setRules(rules)
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
