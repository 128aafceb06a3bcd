import { X509Certificate } from 'node:crypto'
import { Agent, request } from 'node:https'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeAuthorityCertificate } from '../../testing/authority-import.ts'
import { testDatabase } from '../../testing/database.ts'
import { startDeviceListener } from '../../testing/device-listener.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { findTrustAnchors } from './find-trusted.ts'

// Certificates on real connections: what a device shows, what a proxy passes on, and what others make up.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let direct: Awaited<ReturnType<typeof startDeviceListener>>
let proxied: typeof direct
let mine: Identity
let others: Identity
let elsewhere: Identity

const HEADER = 'x-client-certificate'

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
  mine = await enrol(0)
  others = await enrol(1)
  elsewhere = await enrolInAnotherOrganization()
  const header = { clientCertificateHeader: HEADER }
  direct = await startDeviceListener(world.api, { ...header, trustedProxies: ['192.0.2.1'] })
  proxied = await startDeviceListener(world.api, { ...header, trustedProxies: ['127.0.0.0/8'] })
})
// Nothing is the same message once more.
beforeEach(() => world.later(1))
afterAll(async () => {
  await direct[Symbol.asyncDispose]()
  await proxied[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Identity = { readonly name: string; readonly certificate: string; readonly privateKey: string }

async function enrol(person: number): Promise<Identity> {
  const device = world.device()
  const report = await device.enrol({ kind: 'oobe', user: world.person(person).id })
  return identityOf(device, report)
}

async function enrolInAnotherOrganization(): Promise<Identity> {
  await world.addOrganization('north')
  const body = { name: 'north', ownership: 'corporate' }
  const { token } = (await world.call('POST', '/enrolments/tokens', body, 'north')).json()
  const device = world.device()
  const report = await device.enrol({ kind: 'token', server: world.publicUrl, token })
  return identityOf(device, report)
}

function identityOf(device: ReturnType<typeof world.device>, report: object): Identity {
  expect(report, JSON.stringify(report)).toMatchObject({ ok: true })
  const { enrolment, profile } = device
  if (!enrolment) throw new Error('nothing was enrolled')
  const { certificate, privateKey } = enrolment
  const pem = new X509Certificate(certificate).toString()
  return { name: profile.deviceId, certificate: pem, privateKey }
}

let session = 0
/** A device's first words. */
function greeting(name: string): string {
  session += 1
  return `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>${session.toString(16)}</SessionID><MsgID>1</MsgID><Target><LocURI>${world.publicUrl}</LocURI></Target><Source><LocURI>${name}</LocURI></Source></SyncHdr><SyncBody><Alert><CmdID>2</CmdID><Data>1201</Data></Alert><Final/></SyncBody></SyncML>`
}

type Coming = {
  readonly to?: typeof direct
  /** On the connection itself. */
  readonly shows?: Pick<Identity, 'certificate' | 'privateKey'>
  readonly header?: string | readonly string[]
  readonly says?: Identity
  readonly agent?: Agent
}

/** @returns the status, over a connection of its own. */
function come({ to = direct, shows, header, says = mine, agent }: Coming): Promise<number> {
  const body = greeting(says.name)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: to.port,
        method: 'POST',
        path: '/ManagementServer/MDM.svc?mode=Maintenance&Platform=WoA',
        headers: {
          'content-type': 'application/vnd.syncml.dm+xml; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          ...(header === undefined ? {} : { [HEADER]: header as string | string[] }),
        },
        // What the server shows is not what is tried here.
        rejectUnauthorized: false,
        agent: agent ?? false,
        ...(shows ? { cert: shows.certificate, key: shows.privateKey } : {}),
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
const passedOn = ({ certificate }: Pick<Identity, 'certificate'>) => encodeURIComponent(certificate)
const refusals = async (slug = 'default') => {
  const path = '/audit-events?action=device.session-refused'
  const { items } = (await world.call('GET', path, undefined, slug)).json()
  return items.map(({ details }: { details: { reason: string } }) => details.reason)
}
/** As an attacker makes it: all names of ours, and another key. */
async function makeTwin(): Promise<Pick<Identity, 'certificate' | 'privateKey'>> {
  const real = new X509Certificate(mine.certificate)
  const name = (text: string) => text.split('\n').reverse().join(', ')
  const issuer = await makeAuthorityCertificate(name(real.issuer))
  const made = await makeAuthorityCertificate(name(real.subject), { issuer, isAuthority: false })
  return { certificate: made.pem, privateKey: made.keyPem }
}

describe('a certificate on the connection', () => {
  test('of the device itself is enough', async () => {
    expect(await come({ shows: mine })).toBe(200)
  })

  test('is asked for: without one, and without anything else, nobody is served', async () => {
    expect(await come({})).toBe(403)
  })

  test('by an authority that only has the name of ours is worth nothing', async () => {
    expect(await come({ shows: await makeTwin() })).toBe(403)
  })

  test('of another device does not serve this one, and that is recorded', async () => {
    expect(await come({ shows: others, says: mine })).toBe(403)
    expect(await refusals()).toContain('sourceWrong')
  })

  test('of another organization’s device serves that one only', async () => {
    expect(await come({ shows: elsewhere, says: elsewhere })).toBe(200)
    expect(await come({ shows: elsewhere, says: mine })).toBe(403)
    expect(await come({ shows: mine, says: elsewhere })).toBe(403)
    expect(await refusals('north')).toEqual(['sourceWrong'])
  })
})

describe('a certificate in the header of a proxy', () => {
  test('that is trusted is believed', async () => {
    expect(await come({ to: proxied, header: passedOn(mine) })).toBe(200)
  })

  test('that is not trusted is as if it were not there', async () => {
    expect(await come({ header: passedOn(mine) })).toBe(403)
    // Neither does it spoil what is proven otherwise.
    expect(await come({ shows: mine, header: passedOn(others) })).toBe(200)
  })

  test.each<[string, () => string | readonly string[] | Promise<string>]>([
    ['that is none', () => 'hello'],
    ['that is empty', () => '%20'],
    ['with a broken encoding', () => '%E0%A4%A'],
    ['that is cut off', () => passedOn(mine).slice(0, 400)],
    ['twice', () => [passedOn(mine), passedOn(mine)]],
    ['by an authority that only has the name of ours', async () => passedOn(await makeTwin())],
    ['of another device', () => passedOn(others)],
    ['of another organization', () => passedOn(elsewhere)],
    ['of our authority itself', async () => encodeURIComponent(await authorityPem())],
  ])('%s is worth nothing', async (_, header) => {
    expect(await come({ to: proxied, header: await header() })).toBe(403)
  })

  test('has to be of the device that is on the connection, where both are there', async () => {
    expect(await come({ to: proxied, shows: mine, header: passedOn(mine) })).toBe(200)
    expect(await come({ to: proxied, shows: others, header: passedOn(mine) })).toBe(403)
  })
})

async function authorityPem(): Promise<string> {
  const [pem = ''] = await findTrustAnchors(world.db, world.clock.now())
  return pem
}

test('a certificate that is taken back is of no use from then on, not even on the connection that is open', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const doomed = await enrol(2)
  expect(await come({ shows: doomed, says: doomed, agent })).toBe(200)
  const { items } = (await world.call('GET', '/certificates')).json()
  const { serialNumber } = new X509Certificate(doomed.certificate)
  const found = items.find(
    (one: { serialNumber: string }) =>
      one.serialNumber.toLowerCase() === serialNumber.toLowerCase().replace(/^0+/, ''),
  )
  const revoked = await world.call('POST', `/certificates/${found.id}/revoke`, {
    reason: 'keyCompromise',
  })
  expect(revoked.statusCode, revoked.body).toBeLessThan(300)

  expect(await come({ shows: doomed, says: doomed, agent })).toBe(403)
  expect(await come({ shows: doomed, says: doomed })).toBe(403)
  expect(await come({ to: proxied, header: passedOn(doomed), says: doomed })).toBe(403)
  expect(await refusals()).toContain('certificateRevoked')
  agent.destroy()
})
