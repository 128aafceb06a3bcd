import { createHash } from 'node:crypto'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { ContentInfo, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeTlsFiles } from '../http/tls.ts'
import { WindowsDevice } from '../index.ts'
import { command, manageBy, meta, readRequest } from './testing/management.ts'
import {
  type Scripted,
  type ScriptedServer,
  startScriptedServer,
} from './testing/scripted-server.ts'

let server: ScriptedServer
let enrolled: string
let now = new Date()

beforeAll(async () => {
  server = await startScriptedServer()
  const device = new WindowsDevice({ now: () => now })
  await device.enrol({ kind: 'token', server: server.url, token: 'own', user: 'ada@x.example' })
  enrolled = JSON.stringify(device)
})
beforeEach(() => {
  server.received.length = 0
  now = new Date()
})
afterAll(() => server[Symbol.asyncDispose]())

const open = () => WindowsDevice.fromJson(enrolled, { now: () => now })
const bodies = () => server.received.map(({ body }) => body)
const secureBoot = './Vendor/MSFT/DeviceStatus/SecureBootState'

test('an idle session is one message, as Windows sends it', async () => {
  server.script.manage = manageBy('')

  const report = await open().checkIn({ reason: 'user' })

  expect(report).toMatchObject({
    ok: true,
    end: 'done',
    sessionId: '1',
    messages: 1,
    violations: [],
  })
  const [first] = server.received
  expect(first?.url).toBe('/ManagementServer/MDM.svc?mode=Maintenance&Platform=WoA')
  expect(first?.headers).toMatchObject({
    'content-type': 'application/vnd.syncml.dm+xml',
    'user-agent': 'MSFT OMA DM Client/1.2.0.1',
    'client-request-id': 'device-of-scripted',
  })
  expect(first?.body).toMatch(/<Alert><CmdID>2<\/CmdID><Data>1201<.*LoginStatus<.*<Data>user</)
  expect(first?.body).toContain('<LocURI>./DevInfo/Lang</LocURI></Source><Data>de-DE<')
})

test('commands are answered in turn, and what was read comes with them', async () => {
  const policy = './Device/Vendor/MSFT/Policy/Config/DeviceLock/MinDevicePasswordLength'
  server.script.manage = manageBy(
    command('Get', 100, secureBoot) +
      command('Replace', 101, policy, { data: '8', format: 'int' }) +
      command('Get', 102, './Device/Vendor/MSFT/Policy/Result/DeviceLock/MinDevicePasswordLength') +
      command('Get', 103, './Device/Vendor/MSFT/Nowhere') +
      command('Exec', 104, './Device/Vendor/MSFT/RemoteLock/Lock'),
  )

  const report = await open().checkIn()

  expect(report.violations).toEqual([])
  expect(report.commands.map(({ status }) => status)).toEqual([200, 200, 200, 404, 405])
  expect(readRequest(bodies()[1] ?? '').statuses).toEqual([
    'SyncHdr 0: 200',
    'Get 100: 200',
    'Replace 101: 200',
    'Get 102: 200',
    'Get 103: 404',
    'Exec 104: 405',
  ])
  expect(bodies()[1]).toContain(
    `<CmdRef>100</CmdRef><Item><Source><LocURI>${secureBoot}</LocURI></Source><Meta><Format xmlns="syncml:metinf">int</Format></Meta><Data>1</Data></Item></Results>`,
  )
  expect(bodies()[1]).toContain('<Data msft:originalerror="0x80070032">405</Data>')
})

const camera = './Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera'
const provider = './Device/Vendor/MSFT/DMClient/Provider/Scripted'
const atomic = (id: number, ...inside: string[]) =>
  `<Atomic><CmdID>${id}</CmdID>${inside.join('')}</Atomic>`

test('an Atomic is done wholly or not at all', async () => {
  const device = open()
  const password = './Device/Vendor/MSFT/Policy/Config/DeviceLock/MinDevicePasswordLength'
  server.script.manage = manageBy(
    atomic(
      100,
      command('Replace', 101, camera, { data: '0', format: 'int' }),
      command('Replace', 102, password, { data: '99', format: 'int' }),
      command('Replace', 103, camera, { data: '1', format: 'int' }),
    ) + atomic(104, command('Replace', 105, password, { data: '9', format: 'int' })),
  )

  const { commands } = await device.checkIn()

  expect(commands.map(({ cmdId, status }) => [cmdId, status]).toSorted()).toEqual([
    ['100', 507],
    ['101', 216],
    ['102', 500],
    ['103', 215],
    ['104', 200],
    ['105', 200],
  ])
  expect(readRequest(bodies()[1] ?? '').statuses[1]).toBe('Atomic 100: 507')
  expect([device.valueOf(camera), device.valueOf(password)]).toEqual([undefined, '9'])
})

test('a session goes on as long as there are commands, with MsgIDs that count on', async () => {
  server.script.manage = manageBy(
    command('Get', 100, secureBoot),
    command('Get', 100, secureBoot),
    command('Get', 100, secureBoot),
  )
  const device = open()

  const first = await device.checkIn()
  const second = await device.checkIn({ reason: 'push' })

  expect([first.messages, first.sessionId, second.sessionId]).toEqual([4, '1', '2'])
  expect(bodies().map((body) => readRequest(body).msgId)).toEqual('12341234'.split(''))
  expect(bodies()[4]).toContain('<Alert><CmdID>2</CmdID><Data>1200<')
  expect(server.received[0]?.headers['ms-cv']).toMatch(/\.0\.0\.0$/)
  expect(server.received[4]?.headers).not.toHaveProperty('client-request-id')
  expect(server.received[4]?.headers['ms-cv']).toMatch(/\.0\.0\.1$/)
})

describe('who it is', () => {
  test('asked for credentials, the device says everything again with them', async () => {
    const nonce = Buffer.from('a fresh nonce').toString('base64')
    server.script.manage = manageBy(
      { header: { status: 407, nonce } },
      { header: { status: 212, nonce }, commands: command('Get', 100, secureBoot) },
    )

    const report = await open().checkIn()

    expect(report).toMatchObject({ ok: true, credentials: 'md5', messages: 3 })
    const [first, second, third] = bodies()
    expect(first).not.toContain('<Cred>')
    expect(second).toMatch(/<MsgID>2<.*syncml:auth-md5.*<\/Cred><\/SyncHdr>.*LoginStatus/)
    expect(third).not.toContain('<Cred>')
  })

  test('a server that asks again and again gets no session', async () => {
    const again = { header: { status: 401, nonce: 'bm9uY2U=' } }
    server.script.manage = manageBy(again, again, again, again)

    expect(await open().checkIn()).toMatchObject({ ok: false, end: 'refused', messages: 3 })
  })

  test('told to sign, the device signs the very bytes it sends', async () => {
    const device = open()
    const signing = `${provider}/RequireMessageSigning`
    server.script.manage = manageBy(
      command('Replace', 100, signing, { data: 'true', format: 'bool' }),
    )
    await device.checkIn()
    server.received.length = 0
    device.set({ signatureHeader: 'both' })

    await device.checkIn()

    const { headers = {}, body = '' } = server.received[0] ?? {}
    const { content } = AsnConvert.parse(
      Buffer.from(String(headers['mdm-signature']), 'base64'),
      ContentInfo,
    )
    const signed = AsnConvert.parse(content, SignedData)
    const [signer] = signed.signerInfos
    const digest = createHash('sha256').update(body).digest('hex')
    const attributes = signer?.signedAttrs?.map(({ attrType, attrValues: [value] }) => [
      attrType,
      Buffer.from(value ?? new ArrayBuffer()).toString('hex'),
    ])
    expect(signed.encapContentInfo.eContent).toBeUndefined()
    expect(Object.fromEntries(attributes ?? [])['1.2.840.113549.1.9.4']).toContain(digest)
    expect(Object.keys(Object.fromEntries(attributes ?? []))).toContain('1.2.840.113549.1.9.5')
    expect(headers['ms-signature']).toBe(headers['mdm-signature'])
  })

  test('over TLS it shows its certificate, unless it is set not to', async () => {
    const tls = await makeTlsFiles()
    const seen: string[] = []
    const secure = https.createServer(
      { ...tls, requestCert: true, rejectUnauthorized: false },
      (incoming, outgoing) => {
        const subject = (incoming.socket as TLSSocket).getPeerX509Certificate()?.subject // by https
        seen.push(subject ?? 'nobody')
        outgoing.writeHead(403).end()
      },
    )
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const { port } = secure.address() as AddressInfo // listening on TCP
    const moved = enrolled.replaceAll(
      `${server.url}/ManagementServer`,
      `https://localhost:${port}/ManagementServer`,
    )
    const device = WindowsDevice.fromJson(moved, { trust: tls.cert })

    const report = await device.checkIn()
    device.set({ sendsCertificate: false })
    await device.checkIn()
    secure.close()
    secure.closeAllConnections()

    expect(seen).toEqual(['CN=device-of-scripted', 'nobody'])
    expect(report).toMatchObject({ ok: false, end: 'refused', code: '0x80190193' })
  })
})

describe('an answer that Windows does not take', () => {
  test.each([
    ['chunkedAnswer', (good: Scripted) => ({ ...good, chunked: true })],
    ['contentType', (good: Scripted) => ({ ...good, headers: { 'content-type': 'text/xml' } })],
    [
      'contentEncoding',
      (good: Scripted) => ({ ...good, headers: { ...good.headers, 'content-encoding': 'gzip' } }),
    ],
    ['notXml', (good: Scripted) => ({ ...good, body: '<html><body>oops' })],
  ] as const)('%s', async (kind, answer) => {
    server.script.manage = manageBy({ answer })

    expect(await open().checkIn()).toMatchObject({
      ok: false,
      end: 'notTaken',
      violations: [{ kind, message: 1 }],
    })
  })

  test('a violation names the message it was in', async () => {
    const chunked = { answer: (good: Scripted) => ({ ...good, chunked: true }) }
    server.script.manage = manageBy(command('Get', 100, secureBoot), chunked)

    expect(await open().checkIn()).toMatchObject({
      messages: 2,
      violations: [{ kind: 'chunkedAnswer', message: 2 }],
    })
  })

  test('a status of HTTP ends the session', async () => {
    server.script.manage = () => ({ status: 503, headers: {}, body: '' })

    expect(await open().checkIn()).toMatchObject({ end: 'refused', code: '0x801901F7' })
  })

  test('a command that is not written well is refused, the others are carried out', async () => {
    const device = open()
    const bad = command('Replace', 100, camera, { data: '1', format: 'int' })
    server.script.manage = manageBy(
      bad.replace(' xmlns="syncml:metinf"', '') + command('Get', 101, secureBoot),
    )

    const report = await device.checkIn()

    expect(report.violations).toMatchObject([{ kind: 'metaNamespace', command: '100' }])
    expect(report.commands.map(({ status }) => status)).toEqual([400, 200])
  })

  test('a message longer than the header asked for is noted', async () => {
    const device = open()
    device.set({ maxMsgSize: 600, maxObjSize: 5_000 })
    server.script.manage = manageBy('')

    const { violations } = await device.checkIn()

    expect(bodies()[0]).toMatch(/<Meta><MaxMsgSize[^>]*>600<.*<MaxObjSize[^>]*>5000</)
    expect(violations.map(({ kind }) => kind)).toEqual(['oversize'])
  })

  test('1223 ends it', async () => {
    server.script.manage = manageBy('<Alert><CmdID>100</CmdID><Data>1223</Data></Alert>')

    expect(await open().checkIn()).toMatchObject({ end: 'aborted', messages: 1 })
  })
})

describe('large objects', () => {
  test('a long value goes to the server in pieces it asks for', async () => {
    const device = open()
    device.set({ longestMessage: 4_000 })
    const more = (body: string) =>
      /<Final\/>/.test(body) ? '' : '<Alert><CmdID>100</CmdID><Data>1222</Data></Alert>'
    const taken = (good: string) => good.replace(/(<Cmd>Results<\/Cmd><Data>)200/, '$1213')
    const piece = (body: string) => ({
      commands: more(body),
      ...(body.includes('<MoreData/>') ? { change: taken } : {}),
    })
    server.script.manage = manageBy(
      command('Get', 100, './DevDetail/Ext/DeviceHardwareData'),
      piece,
      piece,
      piece,
      piece,
    )

    const report = await device.checkIn()

    const pieces = bodies().flatMap((body) => /<Results>.*<Data>([^<]*)</.exec(body)?.[1] ?? [])
    expect(report).toMatchObject({ ok: true, violations: [] })
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(device.valueOf('./DevDetail/Ext/DeviceHardwareData'))
  })

  test('a server that does not ask for the rest is noted', async () => {
    const device = open()
    device.set({ longestMessage: 4_000 })
    server.script.manage = manageBy(command('Get', 100, './DevDetail/Ext/DeviceHardwareData'))

    const { violations } = await device.checkIn()

    expect(new Set(violations.map(({ kind }) => kind))).toEqual(new Set(['largeObject']))
  })

  const uri = './Device/Vendor/MSFT/Policy/Config/Defender/ExcludedPaths'
  const piece = (data: string, size?: number, isLast = false) => ({
    isFinal: isLast,
    commands: `<Replace><CmdID>100</CmdID><Item><Target><LocURI>${uri}</LocURI></Target><Meta>${meta('Format', 'chr')}${size === undefined ? '' : meta('Size', String(size))}</Meta><Data>${data}</Data>${isLast ? '' : '<MoreData/>'}</Item></Replace>`,
  })

  test('a long value comes in pieces, each confirmed', async () => {
    const device = open()
    server.script.manage = manageBy(piece('C:\\a|', 9), piece('D:\\'), piece('b', undefined, true))

    const report = await device.checkIn()

    expect(report.violations).toEqual([])
    expect(report.commands.map(({ status }) => status)).toEqual([213, 213, 200])
    expect(bodies()[1]).toContain('<Data>1222</Data>')
    expect(device.valueOf(uri)).toBe('C:\\a|D:\\b')
  })

  test('a value of another length is refused', async () => {
    server.script.manage = manageBy(piece('abc', 9), piece('def', undefined, true))

    const { commands } = await open().checkIn()

    expect(commands.map(({ status }) => status)).toEqual([213, 424])
  })
})
