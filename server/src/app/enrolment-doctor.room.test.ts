import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { newId } from '../platform/ids.ts'
import { asToken } from './testing.ts'

// Simulated devices that are refused, and a server that calls itself by its public name.

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

const DOCTOR = '/enrolments/doctor?text='
async function ask(text: string, slug = 'default') {
  const answer = await world.call('GET', DOCTOR + encodeURIComponent(text), undefined, slug)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}
async function addOrganization(slug: string) {
  const row = { id: newId('org'), slug, name: slug }
  await world.db.insertInto('organizations').values(row).execute()
}

describe('the enrolment doctor', () => {
  test('finds by code and by client-request-id whom a refusal met, in this organization only', async () => {
    await addOrganization('north')
    await world.setRules({ who: { kind: 'nobody' } })
    const report = await world.device().enrol({ kind: 'oobe', user: world.person().id })

    const byCode = await ask('it says 80180003 on the screen')
    const byId = await ask(`client-request-id: ${report.clientRequestId.toUpperCase()}`)
    const elsewhere = await ask(report.clientRequestId, 'north')

    expect(byCode.findings).toMatchObject([{ code: '0x80180003' }])
    expect(byCode.findings[0].reasons.map(({ code }: { code: string }) => code)).toContain(
      'enrolmentClosed',
    )
    expect(byId).toMatchObject({
      findings: [],
      attempts: [
        {
          clientRequestId: report.clientRequestId,
          outcome: 'refused',
          reason: { code: 'enrolmentClosed' },
          errorCode: '0x80180003',
        },
      ],
    })
    expect(byCode.attempts).toEqual(byId.attempts)
    expect(elsewhere.attempts).toEqual([])
  })

  test('takes a short text without a code for a name', async () => {
    const device = world.device()
    await device.enrol({ kind: 'oobe', user: world.person().id })

    const found = await ask(device.profile.name.toLowerCase())

    expect(found).toMatchObject({ findings: [], ids: [], attempts: [{ outcome: 'enrolled' }] })
  })
})

describe('the test from outside', () => {
  test('goes the whole way, enrols nothing and leaves no trace but its result', async () => {
    const ran = await world.call('POST', '/enrolments/outside-test')

    expect(ran.statusCode, ran.body).toBe(200)
    const states = ran
      .json()
      .checks.filter(({ id }: { id: string }) => !id.startsWith('domain:'))
      .map(({ id, state, code }: Record<string, string>) => `${id} ${state} ${code}`)
    expect(states).toEqual([
      'dns skipped loopback',
      'tls skipped loopback',
      'discovery.probe passed probed',
      'discovery passed discovered',
      'discovery.pathProbe passed probed',
      'discovery.path passed discovered',
      'terms passed termsAnswered',
      'terms.token passed tokenArrived',
      'policy passed policyGiven',
      'enrolment passed enrolmentAnswers',
    ])
    expect(await world.devices()).toEqual([])
    expect(await world.attempts()).toEqual([])
    const kept = (await world.call('GET', '/enrolments/outside-test')).json()
    expect(kept.last).toEqual(ran.json())
  })

  test('is kept for the organization that asked, and asked for by who manages devices', async () => {
    await addOrganization('south')
    await world.call('POST', '/enrolments/outside-test')

    const other = await world.call('GET', '/enrolments/outside-test', undefined, 'south')
    const auditor = await world.api.app.inject({
      method: 'POST',
      url: '/api/v1/organizations/default/enrolments/outside-test',
      headers: await asToken(world.api.parts, 'auditor'),
    })

    expect(other.json()).toEqual({ last: null })
    expect(auditor.statusCode).toBe(403)
  })
})
