import { X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Emulator, startEmulator, type UserRecord, WindowsDevice } from '../index.ts'
import { readClaims } from '../testing/client.ts'
import {
  envelope,
  fault,
  readMessage,
  type Scripted,
  type ScriptedServer,
  startScriptedServer,
} from './testing/scripted-server.ts'

let emulator: Emulator
let server: ScriptedServer
let ada: UserRecord

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  ada = emulator.directory.addUser({
    userPrincipalName: `ada@${emulator.tenant.domain}`,
    displayName: 'Ada',
    accountEnabled: true,
  })
})

beforeEach(async () => {
  server = await startScriptedServer()
  emulator.enrolment.setMobility({ serverUrl: server.url, scope: 'all', tokenVersion: 2 })
})

afterEach(() => server[Symbol.asyncDispose]())
afterAll(() => emulator.stop())

const user = () => ada.userPrincipalName
const makeDevice = (options: ConstructorParameters<typeof WindowsDevice>[0] = {}) =>
  new WindowsDevice({ entra: emulator.enrolment, ...options })

test('a PC that joins in its first start is registered, enrolled and keeps its certificate', async () => {
  const device = makeDevice()

  const report = await device.enrol({ kind: 'oobe', user: user() })

  expect(report).toMatchObject({ ok: true })
  expect(report.steps.map(({ step, status, outcome }) => [step, status, outcome])).toEqual([
    ['terms', 302, 'ok'],
    ['register', undefined, 'ok'],
    ['probe', 200, 'ok'],
    ['discover', 200, 'ok: OnPremise 4.0'],
    ['policies', 200, 'ok: sha256'],
    ['request', 200, 'ok'],
    ['provision', undefined, `ok: ${server.url}/ManagementServer/MDM.svc`],
  ])
  const registered = emulator.directory.devices.find(
    ({ deviceId }) => deviceId === device.entraDeviceId,
  )
  expect(registered).toMatchObject({ trustType: 'AzureAd', displayName: device.profile.name })
  expect(emulator.directory.owner(registered?.id ?? '')).toBe(ada.id)
  expect(new X509Certificate(device.enrolment?.certificate ?? '').subject).toBe(
    'CN=device-of-scripted',
  )
})

test('the terms of use are asked as Windows asks, with a token that names no device', async () => {
  await makeDevice().enrol({ kind: 'oobe', user: user() })

  const [terms] = server.received
  const url = new URL(terms?.url ?? '', server.url)
  expect(terms?.headers['cxh-host']).toBe('FRX')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    redirect_uri: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
    'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'api-version': '1.0',
    mode: 'azureadjoin',
  })
  const claims = readClaims(terms?.headers.authorization?.slice(7) ?? '')
  expect(claims).toMatchObject({ aud: emulator.app.clientId, ver: '2.0', scp: 'mdm_delegation' })
  expect(claims).not.toHaveProperty('deviceid')
})

test('a test can send the token twice, or in the query', async () => {
  await makeDevice().enrol(
    { kind: 'oobe', user: user() },
    {
      terms: (honest) => ({
        ...honest,
        url: `${honest.url}&access_token=x`,
        headers: { ...honest.headers, authorization: ['Bearer one', 'Bearer two'] },
      }),
    },
  )

  expect(server.received[0]?.url).toMatch(/&access_token=x$/)
  expect(server.received[0]?.rawHeaders.filter((text) => text.startsWith('Bearer'))).toEqual([
    'Bearer one',
    'Bearer two',
  ])
})

test('the request carries the blob, the device and a token that names it', async () => {
  const device = makeDevice()

  await device.enrol({ kind: 'settings', user: user() })

  const body = server.received.at(-1)?.body ?? ''
  expect(body).toContain('Name="EnrollmentData"><ac:Value>blob+of-us<')
  expect(body).toContain(`Name="DeviceID"><ac:Value>${device.profile.deviceId}<`)
  expect(body).toContain('Name="EnrollmentType"><ac:Value>Device<')
  expect(body).toContain('wsse:ValueType="urn:ietf:params:oauth:token-type:jwt"')
  const [, token = ''] =
    /xsd#base64binary">([^<]+)<\/wsse:BinarySecurityToken><\/wsse:Sec/.exec(body) ?? []
  expect(readClaims(Buffer.from(token, 'base64').toString())).toMatchObject({
    deviceid: device.entraDeviceId,
    preferred_username: user(),
  })
})

test('a work account is personal: no mode, a user enrolment, and registered as such', async () => {
  const device = makeDevice()

  const report = await device.enrol({ kind: 'workAccount', user: user() })

  expect(report.ok).toBe(true)
  expect(server.received[0]?.url).not.toContain('mode=')
  expect(server.received.at(-1)?.body).toContain('Name="EnrollmentType"><ac:Value>Full<')
  expect(device.enrolment?.store).toBe('User')
  expect(
    emulator.directory.devices.find(({ deviceId }) => deviceId === device.entraDeviceId),
  ).toMatchObject({ trustType: 'Workplace' })
})

test('a group policy enrols without terms and without their blob', async () => {
  const report = await makeDevice().enrol({ kind: 'policy', user: user() })

  expect(report.steps.map(({ step }) => step)).not.toContain('terms')
  expect(server.received.at(-1)?.body).not.toContain('EnrollmentData')
  expect(report.ok).toBe(true)
})

test('a program enrols with a token of the server, and asks nothing of Entra', async () => {
  const device = new WindowsDevice()

  const report = await device.enrol({ kind: 'token', server: server.url, token: 'own-token' })

  expect(report.ok).toBe(true)
  expect(report.steps.map(({ step }) => step)).toEqual([
    'probe',
    'discover',
    'policies',
    'request',
    'provision',
  ])
  expect(server.received.at(-1)?.body).toContain(
    `/DeviceEnrollmentUserToken" wsse:EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#base64binary">${Buffer.from('own-token').toString('base64')}<`,
  )
})

test('somebody who enrols without a join signs in on the page of the server', async () => {
  const redirectUri = `${server.url}/signed-in`
  emulator.apps.update(emulator.app.clientId, { redirectUris: [redirectUri] })
  const authorize = new URL(`${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/authorize`)
  authorize.search = String(
    new URLSearchParams({
      client_id: emulator.app.clientId,
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: redirectUri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }),
  )
  server.script.authenticationUrl = `${server.url}/page?tenant=7`
  let appru = ''
  server.script.answer = (received, good) => {
    const url = new URL(received.url, server.url)
    if (url.pathname === '/page') {
      appru = url.searchParams.get('appru') ?? ''
      return { status: 302, headers: { location: authorize.href }, body: '' }
    }
    if (url.pathname !== '/signed-in') return good
    const body = `<h1>Done</h1><form method="post" action="${appru}"><input type="hidden" name="wresult" value="once-only"><button>Go on</button></form>`
    return { status: 200, headers: { 'content-type': 'text/html' }, body }
  }
  const device = makeDevice()

  const report = await device.enrol({ kind: 'signIn', server: server.url, user: user() })

  expect(report).toMatchObject({ ok: true })
  expect(report.steps.map(({ step }) => step)).toContain('signIn')
  expect(appru).toMatch(/^ms-app:\/\//)
  expect(server.received.find(({ body }) => body.includes('<Discover '))?.body).toContain(
    `<EmailAddress>${user()}<`,
  )
  expect(server.received.at(-1)?.body).toContain(Buffer.from('once-only').toString('base64'))
})

test('a server that answers OnPremise to a typed address makes Windows ask for a password', async () => {
  const report = await makeDevice().enrol({ kind: 'signIn', server: server.url, user: user() })

  expect(report).toMatchObject({ ok: false, code: '0x8018000E' })
})

test('somebody outside the MDM user scope joins, but is not enrolled', async () => {
  emulator.enrolment.setMobility({ scope: 'none' })

  const report = await makeDevice().enrol({ kind: 'oobe', user: user() })

  expect(report).toMatchObject({ ok: false, code: '0x80180031' })
  expect(report.entraDeviceId).toBeDefined()
  expect(server.received).toEqual([])
})

test('a fault with status 500 becomes the code that Windows has for it', async () => {
  server.script.answer = (received, good) =>
    received.body.includes('RequestSecurityToken')
      ? faulty(good, 500, 's:Authorization', 'DeviceCapReached')
      : good

  const report = await makeDevice().enrol({ kind: 'oobe', user: user() })

  expect(report).toMatchObject({
    ok: false,
    code: '0x80180013',
    fault: { subcode: 's:Authorization', errorType: 'DeviceCapReached', traceId: 'trace-7' },
  })
  expect(report.steps.at(-1)).toMatchObject({ step: 'request', status: 500 })
})

test('a fault with status 200 shows the person nothing but the status', async () => {
  server.script.answer = (received, good) =>
    received.body.includes('RequestSecurityToken')
      ? faulty(good, 200, 's:Authentication', 'Whatever')
      : good

  const report = await makeDevice().enrol({ kind: 'oobe', user: user() })

  expect(report).toMatchObject({ ok: false, code: '0x801900C8' })
})

test('a policy that breaks the schema is passed over, and the request is signed with SHA-1', async () => {
  server.script.policies = (good) => good.replace('<policySchema>3</policySchema>', '')

  const report = await makeDevice().enrol({ kind: 'oobe', user: user() })

  expect(report.ok).toBe(true)
  expect(report.steps[4]?.outcome).toMatch(/^passed over: /)
  const csr = readMessage(server.received.at(-1)?.body ?? '')
  expect(csr.includes(Buffer.from('06052b0e03021d', 'hex'))).toBe(true)
})

test('a device can be put away as JSON and renew its certificate later', async () => {
  const first = makeDevice()
  await first.enrol({ kind: 'oobe', user: user() })
  const before = first.enrolment?.certificate

  const later = WindowsDevice.fromJson(JSON.stringify(first), { entra: emulator.enrolment })
  const report = await later.renew({ encoding: 'twice' })

  expect(report).toMatchObject({ ok: true })
  expect(later.enrolment?.certificate).not.toBe(before)
  expect(later.enrolment?.roots).toEqual(first.enrolment?.roots)
  expect(report.steps.map(({ step }) => step)).toEqual(['renew', 'provision'])
})

function faulty(good: Scripted, status: number, subcode: string, errorType: string): Scripted {
  return {
    ...good,
    status,
    body: envelope(
      'http://schemas.microsoft.com/windows/pki/2009/01/enrollment/RSTRC/wstep',
      'urn:uuid:0d5a1441-5891-453b-becf-a2e5f6ea3749',
      fault(subcode, errorType),
    ),
  }
}
