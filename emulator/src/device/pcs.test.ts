import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { control } from '../testing/client.ts'
import { command, manageBy } from './testing/management.ts'
import { type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

let emulator: Emulator
let server: ScriptedServer

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  server = await startScriptedServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await emulator.stop()
})

const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => {
  const { body: answer } = await control(emulator, method, path, body)
  return answer
}

test('another process drives a PC by its name, and its clock is the emulator’s', async () => {
  const bitLocker = './Device/Vendor/MSFT/BitLocker'
  const encryption = './Device/Vendor/MSFT/DeviceStatus/Compliance/EncryptionCompliance'
  server.script.manage = manageBy(
    command('Replace', 100, `${bitLocker}/AllowWarningForOtherDiskEncryption`, {
      data: '0',
      format: 'int',
    }) +
      command('Replace', 101, `${bitLocker}/RequireDeviceEncryption`, { data: '1', format: 'int' }),
  )
  await ask('POST', '/pcs', { name: 'LOTSE-1', profile: { serialNumber: 'S1' } })
  const flow = { kind: 'token', server: server.url, token: 'own' }
  await ask('POST', '/pcs/LOTSE-1/enrol', [flow])
  await ask('POST', '/pcs/LOTSE-1/set', [{ signedIn: 'none', encryptionMinutes: 60 }])

  const session = await ask('POST', '/pcs/LOTSE-1/checkIn', [{ reason: 'push' }])
  const before = await ask('POST', '/pcs/LOTSE-1/valueOf', [encryption])
  await ask('POST', '/clock', { advanceMs: 3_600_000 })
  const after = await ask('POST', '/pcs/LOTSE-1/valueOf', [encryption])

  expect(session).toMatchObject({ ok: true, violations: [], messages: 2 })
  expect([before.result, after.result]).toEqual(['0', '1'])
  expect(await ask('GET', '/pcs')).toMatchObject([
    { name: 'LOTSE-1', isEnrolled: true, profile: { serialNumber: 'S1' } },
  ])
  expect(JSON.stringify(await ask('GET', '/pcs'))).not.toContain('PRIVATE KEY')
})

test('a name that is taken, and one that nobody has', async () => {
  await ask('POST', '/pcs', { name: 'TWICE' })

  expect(await ask('POST', '/pcs', { name: 'TWICE' })).toHaveProperty('error')
  expect(await ask('POST', '/pcs/NOBODY/checkIn')).toHaveProperty('error')
  expect(await ask('POST', '/pcs/TWICE/explode')).toHaveProperty('error')
  await ask('DELETE', '/pcs/TWICE')
  expect(await ask('DELETE', '/pcs/TWICE')).toHaveProperty('error')
})
