import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
const camera = './Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera'
const provider = './Device/Vendor/MSFT/DMClient/Provider/Scripted'

describe('what follows from a session', () => {
  const wipe = (kind: string) => command('Exec', 100, `./Device/Vendor/MSFT/RemoteWipe/${kind}`)

  test('a wiped PC has answered, and is another device on the same hardware', async () => {
    const device = open()
    const { hardwareId, deviceId } = device.profile
    server.script.manage = manageBy(wipe('doWipe'))

    const report = await device.checkIn()

    expect(report).toMatchObject({ ok: true, wiped: 'doWipe', messages: 2 })
    expect(readRequest(bodies()[1] ?? '').statuses).toContain('Exec 100: 200')
    expect(device.enrolment).toBeUndefined()
    expect(device.profile.hardwareId).toBe(hardwareId)
    expect(device.profile.deviceId).not.toBe(deviceId)
    expect(device.fact('userData')).toBe(false)
    const again = await device.enrol({ kind: 'token', server: server.url, token: 'own' })
    expect(again.ok).toBe(true)
    server.script.manage = manageBy('')
    expect(await device.checkIn()).toMatchObject({ ok: true, sessionId: '1' })
  })

  test.each([
    ['doWipePersistUserData', true, false, false],
    ['doWipePersistProvisionedData', false, true, false],
    ['doWipeCloud', false, false, false],
    ['AutomaticRedeployment/doAutomaticRedeployment', false, true, true],
  ])('%s keeps what it says', async (kind, userData, provisionedData, isEnrolled) => {
    const device = open()
    server.script.manage = manageBy(wipe(kind))

    await device.checkIn()

    expect([
      device.fact('userData'),
      device.fact('provisionedData'),
      device.enrolment !== undefined,
    ]).toEqual([userData, provisionedData, isEnrolled])
  })

  test('unenrolled by the server, it says goodbye with the status, and forgets', async () => {
    const device = open()
    server.script.manage = manageBy(
      command('Exec', 100, `${provider}/Unenroll`, { data: 'Scripted', format: 'chr' }),
    )

    const report = await device.checkIn()

    expect(report).toMatchObject({ ok: true, unenrolled: 'server' })
    expect(bodies()[1]).toMatch(/<Cmd>Exec<.*200<.*<Alert>.*1226.*unenrollment.userrequest/)
    expect(device.enrolment).toBeUndefined()
    await expect(device.checkIn()).rejects.toThrow('not enrolled')
  })

  test('an Entra-joined PC may answer and stay', async () => {
    const device = open()
    device.set({ serverUnenrol: 'silent' })
    server.script.manage = manageBy(
      command('Exec', 100, `${provider}/Unenroll`, { data: 'Scripted', format: 'chr' }),
    )

    const report = await device.checkIn()

    expect(report.commands).toMatchObject([{ status: 200 }])
    expect(device.enrolment).toBeDefined()
  })

  test('a user who disconnects says so, even if nobody hears it', async () => {
    const device = open()
    server.script.manage = manageBy({ answer: (good) => ({ ...good, status: 500 }) })

    const report = await device.unenrol()

    expect(report).toMatchObject({ end: 'refused', unenrolled: 'user' })
    expect(bodies()[0]).toMatch(
      /<Data>1226<\/Data><Item><Meta><Type xmlns="syncml:metinf">com\.microsoft:mdm\.unenrollment\.userrequest<\/Type><Format xmlns="syncml:metinf">int<\/Format><\/Meta><Data>1</,
    )
    expect(device.enrolment).toBeUndefined()
  })

  test('a new name and an ordered restart wait for the restart', async () => {
    const device = open()
    const old = device.profile.name
    server.script.manage = manageBy(
      command('Replace', 100, './DevDetail/Ext/Microsoft/DNSComputerName', {
        data: 'LOTSE-%RAND:3%',
        format: 'chr',
      }) + command('Exec', 101, './Device/Vendor/MSFT/Reboot/RebootNow'),
    )

    const report = await device.checkIn()
    const before = device.profile.name
    device.finishReboot()
    server.script.manage = manageBy('')
    await device.checkIn()
    await device.checkIn()

    expect(report.rebootPending).toMatchObject({ for: 'server' })
    expect([before, device.isRebootPending]).toEqual([old, false])
    expect(device.profile.name).toMatch(/^LOTSE-\d{3}$/)
    expect(bodies()[2]).toMatch(/1226<.*<LocURI>\.\/Vendor\/MSFT\/Reboot\/RebootNow</)
    expect(bodies()[3]).not.toContain('RebootNow')
  })

  test('a new management address counts from the next session on', async () => {
    const device = open()
    const address = `${server.url}/ManagementServer/MDM.svc?moved=1`
    server.script.manage = manageBy(
      command('Replace', 100, `${provider}/ManagementServiceAddress`, {
        data: address,
        format: 'chr',
      }),
    )

    await device.checkIn()
    await device.checkIn()

    expect(server.received.map(({ url }) => url.split('?')[1])).toEqual([
      'mode=Maintenance&Platform=WoA',
      'mode=Maintenance&Platform=WoA',
      'moved=1&mode=Maintenance&Platform=WoA',
      'moved=1&mode=Maintenance&Platform=WoA',
    ])
    expect(readRequest(bodies()[2] ?? '').target).toBe(address)
  })

  test('of a list of addresses the next is tried where the first cannot be reached', async () => {
    const device = open()
    const nobody = 'http://127.0.0.1:9/ManagementServer/MDM.svc'
    const second = `${server.url}/ManagementServer/MDM.svc?second=1`
    server.script.manage = manageBy(
      command('Replace', 100, `${provider}/ManagementServerAddressList`, {
        data: `&lt;${nobody}&gt;&lt;${second}&gt;`,
        format: 'chr',
      }),
    )

    await device.checkIn()
    const report = await device.checkIn()

    expect(report).toMatchObject({ ok: true })
    expect(readRequest(bodies()[2] ?? '').target).toBe(second)
  })

  test('RenewNow renews the certificate when the session is over', async () => {
    const device = open()
    const old = device.enrolment?.certificate
    server.script.manage = manageBy(
      command('Exec', 100, './Device/Vendor/MSFT/CertificateStore/My/WSTEP/Renew/RenewNow'),
    )

    const { renewal } = await device.checkIn()

    expect(renewal).toMatchObject({ ok: true })
    expect(device.enrolment?.certificate).not.toBe(old)
    expect(device.valueOf('./Vendor/MSFT/CertificateStore/My/WSTEP/Renew/Status')).toBe('2')
  })

  test('the next check-in is as far away as the poll nodes say, or at once', async () => {
    now = new Date('2026-11-28T08:00:00Z')
    const device = open()
    server.script.manage = manageBy(
      command('Replace', 100, `${provider}/Poll/IntervalForFirstSetOfRetries`, {
        data: '3',
        format: 'int',
      }),
    )
    await device.checkIn()
    const scheduled = device.nextCheckInAt
    server.script.manage = manageBy(
      (body) => {
        const [, account] = /<Data>([0-9A-F]{64})</.exec(body) ?? []
        return account === undefined ? command('Get', 100, './SyncML/DMAcc') : ''
      },
      (body) => {
        const [, account = ''] = /<Data>([0-9A-F]{64})</.exec(body) ?? []
        return command('Add', 101, `./SyncML/DMAcc/${account}/Ext/Microsoft/InitiateSession`)
      },
    )

    const report = await device.checkIn()

    expect(scheduled).toEqual(new Date('2026-11-28T08:03:00Z'))
    expect(report).toMatchObject({ ok: true, startsAgain: true })
    expect(device.nextCheckInAt).toEqual(now)
  })

  test('what the local user changes is what is reported', async () => {
    const device = open()
    server.script.manage = manageBy(command('Replace', 100, camera, { data: '0', format: 'int' }))
    await device.checkIn()

    device.drift(camera, '1')
    device.refuse('./DevInfo/Man', 425)
    server.script.manage = manageBy(
      command('Get', 100, './Vendor/MSFT/Policy/Result/Camera/AllowCamera') +
        command('Get', 101, './DevInfo/Man'),
    )
    const { commands } = await device.checkIn()

    expect(bodies().at(-1)).toContain('<Data>1</Data></Item></Results>')
    expect(commands.map(({ status }) => status)).toEqual([200, 425])
  })
})

describe('faults', () => {
  const get = command('Get', 100, secureBoot)
  const set = command('Replace', 100, camera, { data: '0', format: 'int' })

  test('neverAnswers takes commands and is silent', async () => {
    const device = open()
    server.script.manage = manageBy(set)

    const report = await device.checkIn({ faults: ['neverAnswers'] })

    expect(report).toMatchObject({ end: 'silent', messages: 1, commands: [] })
    expect(device.valueOf(camera)).toBeUndefined()
  })

  test('losesStatus has done what it does not tell', async () => {
    const device = open()
    server.script.manage = manageBy(set)

    expect(await device.checkIn({ faults: ['losesStatus'] })).toMatchObject({ end: 'silent' })
    expect(device.valueOf(camera)).toBe('0')
  })

  test('losesAnswer and repeatsMessage send the same bytes again', async () => {
    const device = open()
    let count = 0
    server.script.manage = (received) => {
      const [first, second] = [manageBy(get)(received), manageBy('')(received)]
      return received.body.includes('<MsgID>1<') && count++ < 2 ? first : second
    }

    const report = await device.checkIn({ faults: ['losesAnswer'] })

    expect(report.violations.map(({ kind }) => kind)).not.toContain('repeatedAnswer')
    expect(bodies()[0]).toBe(bodies()[1])
    expect(bodies()[2]).toContain('<MsgID>2<')
  })

  test('another answer to the same message is noted', async () => {
    const device = open()
    let count = 0
    server.script.manage = (received) => manageBy(count++ === 0 ? get : '')(received)

    const { violations } = await device.checkIn({ faults: ['repeatsMessage'] })

    expect(violations.map(({ kind }) => kind)).toEqual(['repeatedAnswer'])
  })

  test('answersGarbage sends what is no message', async () => {
    server.script.manage = (received) =>
      received.body.includes('SyncHdr')
        ? manageBy(get)(received)
        : { status: 400, headers: {}, body: '' }

    expect(await open().checkIn({ faults: ['answersGarbage'] })).toMatchObject({ end: 'refused' })
    expect(bodies()[1]).not.toContain('SyncHdr')
  })

  test('restartsMidSession begins a new session', async () => {
    const device = open()
    server.script.manage = manageBy(get)

    const report = await device.checkIn({ faults: ['restartsMidSession'] })

    expect(report).toMatchObject({ ok: true, restarted: true, sessionId: '2' })
    expect(bodies().map((body) => readRequest(body).sessionId)).toEqual(['1', '2', '2'])
  })

  test('clockOff and clonedHardware are about the PC, and stay', async () => {
    const [one, other] = [open(), open()]
    server.script.manage = manageBy('')
    one.set({ faults: ['clonedHardware', 'clockOff'] })

    await one.checkIn()
    await other.checkIn({ faults: ['clonedHardware'] })

    expect(one.profile.serialNumber).toBe(other.profile.serialNumber)
    const told = Date.parse(one.valueOf('./DevDetail/Ext/Microsoft/LocalTime') ?? '')
    expect(told - now.getTime()).toBe(3 * 86_400_000)
  })

  test('slow waits before each message', async () => {
    const device = open()
    device.set({ slowMs: 30 })
    server.script.manage = manageBy(get)

    const { ms } = await device.checkIn({ faults: ['slow'] })

    expect(ms).toBeGreaterThanOrEqual(58)
  })

  test('a clone of the disk has the same enrolment, and counts its own sessions', async () => {
    const device = open()
    server.script.manage = manageBy('')
    const clone = device.clone()

    const reports = [await device.checkIn(), await clone.checkIn(), await device.checkIn()]

    expect(reports.map(({ sessionId }) => sessionId)).toEqual(['1', '1', '2'])
    expect(clone.enrolment).toEqual(device.enrolment)
  })
})
