import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WindowsDevice } from '../index.ts'
import { command, manageBy, readRequest } from './testing/management.ts'
import { type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

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
