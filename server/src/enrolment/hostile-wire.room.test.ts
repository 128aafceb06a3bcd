import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'

// What a stranger may write to the port on which Windows enrols. Whatever it is: never HTML, never 200,
// and a fault where it is SOAP at all.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
// A minute later, so that nobody has failed too often.
beforeEach(() => world.later(120))
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const DISCOVERY = '/EnrollmentServer/Discovery.svc'
const POLICY = '/EnrollmentServer/Policy.svc'
const ENROLMENT = '/EnrollmentServer/Enrollment.svc'
const SOAP = 'application/soap+xml; charset=utf-8'
/** Small on the way, and ten megabytes for whoever unpacks it. */
const BOMB = gzipSync(Buffer.alloc(10 * 1024 * 1024))
const NAMESPACES = `xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"
 xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"`
const discover = `<s:Envelope ${NAMESPACES}><s:Header/><s:Body>
 <Discover xmlns="http://schemas.microsoft.com/windows/management/2012/01/enrollment"><request>
 <EmailAddress>ada@example.com</EmailAddress><RequestVersion>4.0</RequestVersion></request></Discover></s:Body></s:Envelope>`

/** Writes these bytes to the server. @returns everything that came back until one of the two hung up. */
async function talk(text: string, { breaksOff = false } = {}): Promise<string> {
  const { port, hostname } = new URL(world.publicUrl)
  return await new Promise((resolve) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () =>
      breaksOff ? socket.end(text) : socket.write(text),
    )
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    // Whether it hangs up or is hung up: it is over.
    socket.on('error', () => resolve(heard))
    socket.on('close', () => resolve(heard))
  })
}
const head = (lines: readonly string[], path = DISCOVERY, method = 'POST') =>
  `${[`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`
const lengthOf = (text: string | Buffer) => `Content-Length: ${Buffer.byteLength(text)}`
const post = (path: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
  world.api.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': SOAP, ...headers },
    payload,
  })

function demandFault(answer: { statusCode: number; body: string; headers: object }, code: string) {
  expect(answer.statusCode, answer.body).toBe(500)
  expect(answer.headers).toMatchObject({ 'content-type': SOAP })
  expect(answer.body).toContain(`<s:Value>${code}</s:Value>`)
}

describe('a message', () => {
  test('in chunks is taken as any other, and ends where they do', async () => {
    const chunks = `${Buffer.byteLength(discover).toString(16)}\r\n${discover}\r\n0\r\n\r\n`
    const heard = await talk(head([`Content-Type: ${SOAP}`, 'Transfer-Encoding: chunked']) + chunks)

    expect(heard).toMatch(/^HTTP\/1\.1 200 /)
    expect(heard).toContain('DiscoverResponse')
  })

  test('in chunks without an end is cut off where the limit is, with a fault', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const heard = await talk(
      head([`Content-Type: ${SOAP}`, 'Transfer-Encoding: chunked']) + chunk.repeat(6),
    )

    // Or nothing: where the rest of it is still on its way when the server hangs up, TCP says no more.
    expect(heard).toMatch(/^$|^HTTP\/1\.1 500 [\s\S]*<s:Value>s:MessageFormat<\/s:Value>/)
  })

  test.each<[string, string]>([
    ['that breaks off', head([`Content-Type: ${SOAP}`, 'Content-Length: 5000']) + discover],
    [
      'that breaks off in a chunk',
      `${head([`Content-Type: ${SOAP}`, 'Transfer-Encoding: chunked'])}ffff\r\n${discover}`,
    ],
    [
      'with a chunk of no number',
      `${head([`Content-Type: ${SOAP}`, 'Transfer-Encoding: chunked'])}zz\r\n${discover}`,
    ],
    [
      'shorter than it is',
      head([`Content-Type: ${SOAP}`, `Content-Length: ${discover.length - 40}`]) + discover,
    ],
    ['with a length below zero', head([`Content-Type: ${SOAP}`, 'Content-Length: -1']) + discover],
    [
      'with a length beyond numbers',
      head([`Content-Type: ${SOAP}`, 'Content-Length: 99999999999999999999']) + discover,
    ],
    ['with a length and none', head([`Content-Type: ${SOAP}`]) + discover],
    [
      'with headers without an end',
      head([`Content-Type: ${SOAP}`, `X: ${'y'.repeat(40_000)}`, lengthOf(discover)]) + discover,
    ],
    ['that is no HTTP', 'hello\r\n\r\n'],
    ['that is TLS', '\u0016\u0003\u0001\u0002\u0000\u0001'],
  ])('%s is not answered with 200 or with HTML, and the next one is served', async (_, text) => {
    const heard = await talk(text, { breaksOff: true })

    expect(heard).not.toMatch(/HTTP\/1\.1 200 /)
    expect(heard).not.toMatch(/<html|text\/html/i)
    expect((await post(DISCOVERY, discover)).statusCode).toBe(200)
  })

  test.each(['gzip', 'deflate', 'br', 'gzip, gzip', 'identity', 'x'])(
    'encoded as %s is not unpacked',
    async (encoding) => {
      demandFault(await post(DISCOVERY, BOMB, { 'content-encoding': encoding }), 's:MessageFormat')
    },
  )

  test.each([
    'application/soap+xml; charset=utf-16',
    'application/soap+xml; charset=utf-7',
    'application/soap+xml; charset=iso-8859-1',
    'application/soap+xml;charset="windows-1252"',
    'text/html',
    'multipart/form-data; boundary=x',
    'application/vnd.syncml.dm+wbxml',
    'application/soap+xmlx',
    ';',
    'x',
  ])('of the type %s is refused', async (type) => {
    demandFault(await post(DISCOVERY, discover, { 'content-type': type }), 's:MessageFormat')
  })

  test.each([
    'application/soap+xml',
    'text/xml; charset="UTF-8"',
    'application/soap+xml;charset=utf8',
  ])('of the type %s is read', async (type) => {
    const answer = await post(DISCOVERY, discover, { 'content-type': type })
    expect(answer.statusCode, answer.body).toBe(200)
  })

  test('that is larger than any is refused before it is read', async () => {
    demandFault(await post(DISCOVERY, 'x'.repeat(257 * 1024)), 's:MessageFormat')
  })
})

describe('another way in', () => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'BREW'])(
    'by %s there is none',
    async (method) => {
      for (const path of [POLICY, ENROLMENT]) {
        const heard = await talk(head(['Content-Length: 0'], path, method))
        expect(heard, `${method} ${path}`).toMatch(/^HTTP\/1\.1 4\d\d /)
        expect(heard).not.toMatch(/<html|text\/html/i)
      }
    },
  )

  test.each([
    '//EnrollmentServer/Enrollment.svc',
    '/EnrollmentServer//Enrollment.svc',
    '/EnrollmentServer/Enrollment.svc/',
    '/EnrollmentServer/Enrollment.svc/x',
    '/EnrollmentServer/./Enrollment.svc',
    '/x/../EnrollmentServer/Enrollment.svc',
    '/EnrollmentServer/%2e%2e/Enrollment.svc',
    '/EnrollmentServer/Enrollment.svc%00',
    '/EnrollmentServer/Enrollment.svc;x=y',
    '/EnrollmentServer/Enrollment%2esvc/..%2f..',
    '/EnrollmentServer\\Enrollment.svc',
    '/EnrollmentServer/%',
    '/EnrollmentServer/Enrollment.asmx',
    'http://evil.example/EnrollmentServer/Nothing.svc',
    '*',
  ])('over %s there is none', async (path) => {
    const text = 'x'
    const heard = await talk(head([`Content-Type: ${SOAP}`, lengthOf(text)], path) + text)

    // A fault, where it comes to the same place in the end; otherwise it is nowhere.
    expect(heard).toMatch(/^HTTP\/1\.1 (?:4\d\d|500) /)
    expect(heard).not.toMatch(/<html|text\/html/i)
  })
})

describe('a credential', () => {
  const bst = (token: string) =>
    `<o:BinarySecurityToken ValueType="x#DeviceEnrollmentUserToken">${Buffer.from(token).toString('base64')}</o:BinarySecurityToken>`
  const policies = (header: string, body = '<GetPolicies/>') =>
    `<s:Envelope ${NAMESPACES}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  const good = () => {
    const { enrolment } = world.emulator
    const user = world.person().id
    const device = { user, kind: 'join', name: 'PC', osVersion: '10.0.26100.1' } as const
    const { deviceId = '' } = enrolment.registerDevice(device)
    return bst(enrolment.enrolmentToken({ user, deviceId }))
  }

  test.each<[string, (token: string) => string, string]>([
    [
      'in two security headers',
      (token) => policies(`<o:Security>${token}</o:Security><o:Security>${token}</o:Security>`),
      's:MessageFormat',
    ],
    [
      'twice',
      (token) => policies(`<o:Security>${token}${token}</o:Security>`),
      'a:InvalidSecurity',
    ],
    [
      'beside another one',
      (token) => policies(`<o:Security>${bst('other')}${token}</o:Security>`),
      'a:InvalidSecurity',
    ],
    [
      'in the body',
      (token) => policies('', `<GetPolicies><o:Security>${token}</o:Security></GetPolicies>`),
      'a:InvalidSecurity',
    ],
    [
      'in an element around it',
      (token) => policies(`<o:Security><x>${token}</x></o:Security>`),
      'a:InvalidSecurity',
    ],
    [
      'in a header of a message within the message',
      (token) =>
        `<s:Envelope ${NAMESPACES}><s:Header/><s:Body>${policies(`<o:Security>${token}</o:Security>`)}</s:Body></s:Envelope>`,
      'a:InvalidSecurity',
    ],
    [
      'in a second header',
      (token) =>
        policies('').replace(
          '<s:Body>',
          `<s:Header><o:Security>${token}</o:Security></s:Header><s:Body>`,
        ),
      's:MessageFormat',
    ],
    [
      'in a comment',
      (token) => policies(`<o:Security><!--${token}--></o:Security>`),
      'a:InvalidSecurity',
    ],
    [
      'said to be a certificate',
      (token) => policies(`<o:Security>${token.replace('x#', 'x#X509v3')}</o:Security>`),
      's:Authentication',
    ],
  ])('%s is none', async (_, wrap, code) => {
    const before = (await world.attempts()).length
    const answer = await post(POLICY, wrap(good()))

    expect(answer.statusCode, answer.body).toBe(500)
    expect(answer.body).toContain(`<s:Value>${code}</s:Value>`)
    const attempts = await world.attempts()
    // What can be read is recorded with its reason; what is no message at all only shows in the log.
    expect(attempts.length - before).toBe(code === 's:MessageFormat' ? 0 : 1)
  })

  test('as it should be is let pass', async () => {
    expect((await post(POLICY, policies(`<o:Security>${good()}</o:Security>`))).statusCode).toBe(
      200,
    )
  })

  test.each([
    ['a NUL', 'a\u0000b'],
    ['half a character', 'a\ud800b'],
    ['a character where the record is cut', `${'x'.repeat(79)}😀`],
    ['very much', 'x'.repeat(5000)],
  ])('that names a tenant with %s is refused and recorded', async (_, tid) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const token = `${part({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${part({ tid, ver: '2.0' })}.AAAA`

    const answer = await post(POLICY, policies(`<o:Security>${bst(token)}</o:Security>`))

    demandFault(answer, 's:Authorization')
    const [attempt] = await world.attempts()
    expect(attempt).toMatchObject({ reason: { code: 'tenantUnknown' } })
  })

  test('of a device that calls itself something which is cut within a character enrols it', async () => {
    const emoji = `${'x'.repeat(299)}😀`
    const device = world.device()
    const report = await device.enrol(
      { kind: 'oobe', user: world.person(3).id },
      {
        context: (honest) => [...honest, ['SomethingNew', emoji], ['SerialNumber', emoji]],
      },
    )

    expect(report, JSON.stringify(report)).toMatchObject({ ok: true })
  })
})

test.each([
  ['a NUL', 'org_\u0000'],
  ['half a character', 'org_\ud800'],
  ['another place', 'org_x/../y'],
  ['very much', `org_${'x'.repeat(4000)}`],
])(
  'an answer to terms whose ticket names an organization with %s leads nowhere',
  async (_, organization) => {
    const ticket = {
      id: 'tms_1',
      organization,
      tid: 't',
      oid: 'o',
      name: null,
      returnTo: 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
      request: null,
      join: false,
      version: 1,
      language: 'en',
      iat: 0,
    }
    const text = `${Buffer.from(JSON.stringify(ticket)).toString('base64url')}.AAAA`
    const answer = await post(
      '/api/device/v1/windows/termsOfUse/answer',
      `ticket=${text}&answer=accept`,
      {
        'content-type': 'application/x-www-form-urlencoded',
      },
    )

    expect(answer.statusCode, answer.body).toBe(400)
    expect(answer.headers['content-type']).toContain('text/plain')
    expect(answer.headers.location).toBeUndefined()
  },
)
