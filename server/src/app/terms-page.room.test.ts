import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'

// The page of terms that an organization may show before a device joins.

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
const shown = (report: object) => JSON.stringify(report, null, 1)

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
