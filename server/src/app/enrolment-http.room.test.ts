import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'

// What goes over the wire while Windows enrols, byte by byte where Windows minds.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(() => world.later(120))
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const DISCOVERY = '/EnrollmentServer/Discovery.svc'
const POLICY = '/EnrollmentServer/Policy.svc'
const ENROLMENT = '/EnrollmentServer/Enrollment.svc'
const SOAP = { 'content-type': 'application/soap+xml; charset=utf-8' }
const TERMS = '/api/device/v1/windows/termsOfUse'
const BROKER = 'ms-appx-web://Microsoft.AAD.BrokerPlugin'

/** Recorded by others; reference data of the project, not of this repository. */
const samples = new URL('../../../../shared/specs/samples/windows/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, samples), 'utf8')

const post = (url: string, payload: string | Buffer, headers: Record<string, string> = SOAP) =>
  world.api.app.inject({ method: 'POST', url, headers, payload })
const discover = (version = '4.0') => `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>
 <a:Action s:mustUnderstand="1">http://schemas.microsoft.com/windows/management/2012/01/enrollment/IDiscoveryService/Discover</a:Action>
 <a:MessageID>urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478</a:MessageID></s:Header><s:Body>
 <Discover xmlns="http://schemas.microsoft.com/windows/management/2012/01/enrollment"><request>
 <EmailAddress>ada@example.com</EmailAddress><RequestVersion>${version}</RequestVersion>
 </request></Discover></s:Body></s:Envelope>`

/** Writes these bytes to the server. @returns everything that came back. */
async function talk(text: string): Promise<string> {
  const { port, hostname } = new URL(world.publicUrl)
  return await new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (chunk) => {
      heard += chunk.toString('utf8')
    })
    socket.on('end', () => resolve(heard))
    socket.on('error', reject)
  })
}

describe('the terms of use', () => {
  const ask = (query: string, headers: Record<string, string> = {}) =>
    world.api.app.inject({ method: 'GET', url: `${TERMS}?${query}`, headers })
  const bearer = (number = 0) => ({
    authorization: `Bearer ${world.emulator.enrolment.termsToken({ user: world.person(number).id })}`,
  })
  const usual = `redirect_uri=${encodeURIComponent(BROKER)}&client-request-id=abc-1&api-version=1.0`

  test('send Windows back at once, without a page and without a slash put in', async () => {
    const answer = await ask(`${usual}&mode=azureadjoin`, { ...bearer(), 'cxh-host': 'FRX' })

    expect(answer.statusCode).toBe(302)
    expect(answer.body).toBe('')
    expect(answer.headers).toMatchObject({ 'content-length': '0', 'cache-control': 'no-store' })
    expect(answer.headers.location).toMatch(
      /^ms-appx-web:\/\/Microsoft\.AAD\.BrokerPlugin\?IsAccepted=true&OpaqueBlob=[\w.-]{20,1000}&client-request-id=abc-1$/,
    )
  })

  test('are answered alike when they are posted, and names count in any case', async () => {
    const body = `Redirect_Uri=${encodeURIComponent(BROKER)}&API-Version=1.0&Client-Request-Id=abc-2`
    const answer = await world.api.app.inject({
      method: 'POST',
      url: TERMS,
      headers: { ...bearer(), 'content-type': 'application/x-www-form-urlencoded' },
      payload: body,
    })

    expect(answer.statusCode).toBe(302)
    expect(answer.headers.location).toContain('IsAccepted=true')
  })

  test('send an error back, in the documentation’s words', async () => {
    const where = async (query: string, headers = {}) => {
      const { statusCode, headers: found } = await ask(query, headers)
      expect(statusCode).toBe(302)
      return String(found.location).slice(BROKER.length)
    }
    const { enrolment } = world.emulator
    const user = world.person().id
    const expired = enrolment.termsToken({ user, spoil: 'expired' })

    expect(await where(usual.replace('1.0', '9.9'), bearer())).toBe(
      '?error=invalid_request&error_description=unsupported%20version&client-request-id=abc-1',
    )
    expect(await where(usual)).toMatch(/^\?error=unauthorized_client&error_description=no%20token/)
    expect(await where(usual, { authorization: `Bearer ${expired}` })).toMatch(
      /^\?error=unauthorized_client&error_description=token%20validation%20failed/,
    )
    // A token in the address is no token.
    expect(await where(`${usual}&access_token=${enrolment.termsToken({ user })}`)).toMatch(
      /^\?error=unauthorized_client/,
    )
  })

  test.each([
    'javascript:alert(1)',
    'https://evil.example/',
    'https://login.microsoftonline.com.evil.example/',
    `${BROKER}.evil`,
    `${BROKER}\\x`,
    `${BROKER}/../x`,
    'ms-appx-web://someone@Microsoft.AAD.BrokerPlugin',
    '',
  ])('never send anybody to %s', async (target) => {
    const answer = await ask(
      usual.replace(encodeURIComponent(BROKER), encodeURIComponent(target)),
      bearer(),
    )

    expect(answer.statusCode).toBe(400)
    expect(answer.headers.location).toBeUndefined()
    expect(answer.headers['content-type']).toContain('text/plain')
  })

  test('take no token where two were sent', async () => {
    const { authorization } = bearer()
    const heard = await talk(
      `GET ${TERMS}?${usual} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
    )

    expect(heard).toMatch(/^HTTP\/1\.1 302 /)
    expect(heard).toContain('error=unauthorized_client')
  })
})

describe('discovery', () => {
  test('answers the probe with nothing, and both addresses alike', async () => {
    const probe = await world.api.app.inject({ method: 'GET', url: DISCOVERY })
    const [atPath, atRoot] = [await post(DISCOVERY, discover()), await post('/', discover())]

    expect([probe.statusCode, probe.body, probe.headers['content-length']]).toEqual([200, '', '0'])
    for (const answer of [atPath, atRoot]) {
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['content-type']).toBe('application/soap+xml; charset=utf-8')
      expect(answer.body).toContain('<EnrollmentVersion>4.0</EnrollmentVersion>')
      expect(answer.body).toContain(
        `<EnrollmentServiceUrl>${world.publicUrl}${ENROLMENT}?discovered=`,
      )
      expect(answer.body).toContain('748132ec-a575-4329-b01b-6171a9cf8478')
    }
  })

  test('comes whole and with its length, never in chunks', async () => {
    const body = discover('6.0').replace('ada@', 'ädä@')
    const heard = await talk(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
    const [head = '', content = ''] = heard.split('\r\n\r\n')

    expect(head).toMatch(/^HTTP\/1\.1 200 /)
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(head).toMatch(new RegExp(`content-length: ${Buffer.byteLength(content)}`, 'i'))
  })

  test
    .runIf(existsSync(samples))
    .each(['02-discover-request.xml', '04-discover-request-ms-doc.xml'])(
    'understands the recording %s',
    async (name) => {
      const answer = await post(DISCOVERY, sample(name))

      expect(answer.statusCode, answer.body).toBe(200)
    },
  )
})

describe('what cannot be taken is a fault that Windows understands', () => {
  test.runIf(existsSync(samples)).each([
    ['06-getpolicies-request-usernametoken.xml', POLICY, 's:Authentication'],
    // Where the token and the request should be, Microsoft's page has a sentence.
    ['07-getpolicies-request-federated-ms-doc.xml', POLICY, 'a:InvalidSecurity'],
    ['09-rst-issue-usernametoken-real-csr.xml', ENROLMENT, 's:Authentication'],
    ['10-rst-issue-federated-ms-doc.xml', ENROLMENT, 's:MessageFormat'],
  ])('the recording %s of another server', async (name, url, code) => {
    const answer = await post(url, sample(name))

    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain(`<s:Value>${code}</s:Value>`)
  })

  const envelope = (body: string) =>
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`
  test.each<[string, string | Buffer, Record<string, string>]>([
    ['no XML', 'hello', SOAP],
    ['nothing', '', SOAP],
    ['half an envelope', '<s:Envelope xmlns:s="x"><s:Body>', SOAP],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${discover()}`, SOAP],
    ['an instruction', `<?x y?>${discover()}`, SOAP],
    ['UTF-16', Buffer.from(`\ufeff${discover()}`, 'utf16le'), SOAP],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0xff, 0xfe, 0x3e]), SOAP],
    ['1,000 levels', envelope('<a>'.repeat(1000) + '</a>'.repeat(1000)), SOAP],
    ['300 kB', envelope(`<a>${'x'.repeat(300_000)}</a>`), SOAP],
    [
      '50 attributes',
      envelope(`<a ${Array.from({ length: 50 }, (_, n) => `a${n}="1"`).join(' ')}/>`),
      SOAP,
    ],
    ['two requests', envelope('<Discover/><Discover/>'), SOAP],
    ['another action', discover().replace('/Discover<', '/Other<'), SOAP],
    ['a form', discover(), { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON', '{}', { 'content-type': 'application/json' }],
    ['a compressed body', discover(), { ...SOAP, 'content-encoding': 'gzip' }],
  ])('%s', async (_, body, headers) => {
    const answer = await post('/', body, headers)

    expect(answer.statusCode).toBe(500)
    expect(answer.headers['content-type']).toBe('application/soap+xml; charset=utf-8')
    expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length))
    expect(answer.body).toContain('<s:Value>s:MessageFormat</s:Value>')
    expect(answer.body).toMatch(/<TraceId>[0-9a-f-]{36}<\/TraceId>/)
    expect(answer.body).not.toMatch(/html/i)
  })

  test('a message without a token', async () => {
    const action =
      'http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy/IPolicy/GetPolicies'
    const body = `<s:Envelope xmlns:s="x"><s:Header><Action>${action}</Action></s:Header><s:Body><GetPolicies/></s:Body></s:Envelope>`

    const answer = await post(POLICY, body)

    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain('<s:Value>a:InvalidSecurity</s:Value>')
  })

  test('a flood from one address, while others go on', async () => {
    const send = (remoteAddress: string) =>
      world.api.app.inject({ method: 'POST', url: '/', headers: SOAP, payload: 'x', remoteAddress })
    const statuses: number[] = []
    for (let count = 0; count < 35; count += 1) statuses.push((await send('192.0.2.1')).statusCode)

    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(500))
    expect(statuses.slice(30)).toEqual(Array(5).fill(429))
    expect((await send('192.0.2.2')).statusCode).toBe(500)
  })
})
