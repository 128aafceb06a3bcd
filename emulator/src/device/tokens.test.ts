import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator, WindowsDevice } from '../index.ts'
import { readClaims } from '../testing/client.ts'
import { command, manageBy } from './testing/management.ts'
import { type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

let emulator: Emulator
let server: ScriptedServer
const provider = './Device/Vendor/MSFT/DMClient/Provider/Scripted'

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  server = await startScriptedServer()
  emulator.enrolment.setMobility({ serverUrl: server.url })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await emulator.stop()
})

test("the user's token comes along when the server said for what, and the user is there", async () => {
  const user = emulator.directory.addUser({
    userPrincipalName: `ada@${emulator.tenant.domain}`,
    displayName: 'Ada',
    accountEnabled: true,
  }).userPrincipalName
  const device = new WindowsDevice({ entra: emulator.enrolment })
  await device.enrol({ kind: 'oobe', user })
  server.received.length = 0
  server.script.manage = manageBy(
    command('Replace', 100, `${provider}/AADResourceID`, { data: server.url, format: 'chr' }) +
      command('Replace', 101, `${provider}/ForceAadToken`, { data: '1', format: 'int' }),
  )

  const first = await device.checkIn()
  server.script.manage = manageBy('')
  await device.checkIn()
  device.set({ signedIn: 'none' })
  await device.checkIn()

  const [opening, , second, third] = server.received
  expect(first).toMatchObject({ ok: true })
  expect(opening?.headers.authorization).toBeUndefined()
  const token = second?.headers.authorization?.replace('Bearer ', '') ?? ''
  expect(readClaims(token)).toMatchObject({ aud: server.url, deviceid: device.entraDeviceId })
  expect(second?.body).toContain(
    `com.microsoft/MDM/AADUserToken</Type></Meta><Data>${token}</Data>`,
  )
  const deviceToken = second?.headers['devicetoken']
  expect(readClaims(String(deviceToken))).toMatchObject({ deviceid: device.entraDeviceId })
  expect(third?.headers.authorization).toBeUndefined()
  expect(third?.body).toMatch(/LoginStatus<\/Type><\/Meta><Data>none</)
})
