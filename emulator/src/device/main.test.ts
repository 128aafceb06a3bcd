import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { runDeviceCommand } from './main.ts'
import { command, manageBy } from './testing/management.ts'
import { type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

let emulator: Emulator
let server: ScriptedServer
const folder = mkdtempSync(join(tmpdir(), 'mooring-device-'))

beforeAll(async () => {
  emulator = await startEmulator({ users: 20, groups: 5 })
  server = await startScriptedServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await emulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runDeviceCommand(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

test('a PC enrols with the emulated Entra, is kept in a file, and renews from there', async () => {
  const state = join(folder, 'pc.json')

  const first = await run(
    'enrol',
    '--emulator',
    emulator.controlUrl,
    '--server',
    server.url,
    '--state',
    state,
  )
  server.script.manage = manageBy(
    command('Get', 100, './DevInfo/Man') + command('Exec', 101, './Vendor/MSFT/Reboot/RebootNow'),
  )
  const session = await run('check-in', '--state', state, '--facts', '{"signedIn":"none"}', '--log')
  server.script.manage = manageBy('')
  const broken = await run('check-in', '--state', state, '--fault', 'losesAnswer', '--json')
  const before = readFileSync(state, 'utf8')
  const renewed = await run('check-in', '--state', state, '--renew')

  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toMatch(/^terms {6}302 .* ok$/m)
  expect(first.out).toMatch(/done$/)
  expect(statSync(state).mode & 0o777).toBe(0o600)
  expect(session).toMatchObject({ code: 0, err: '' })
  expect(session.out).toMatch(
    /^200 {2}Get .\/DevInfo\/Man\n200 {2}Exec .*\nsession 1, 2 messages: done$/m,
  )
  expect(session.out).toMatch(/^device: .*<Data>none<[\s\S]*a restart is due\nnext check-in: 20/)
  expect(JSON.parse(broken.out)).toMatchObject({ sessionId: '2', messages: 1 })
  expect(renewed.code).toBe(0)
  expect(readFileSync(state, 'utf8')).not.toBe(before)
})

test('a PC that is enrolled does not enrol again', async () => {
  const state = join(folder, 'twice.json')
  const args = ['enrol', '--server', server.url, '--token', 'own', '--state', state] as const

  expect((await run(...args)).code).toBe(0)
  const again = await run(...args)

  expect(again).toMatchObject({ code: 1, out: expect.stringContaining('0x8018000A') })
})

test('a swarm ends with its numbers', async () => {
  const ended = await run(
    'swarm',
    '--count',
    '4',
    '--keys',
    '1',
    '--server',
    server.url,
    '--token',
    'own',
    '--json',
  )

  expect(ended.code).toBe(0)
  expect(JSON.parse(ended.out)).toMatchObject({ enrolled: 4, failed: 0 })
})

test('a kept swarm has sessions, and tells how they went', async () => {
  const state = join(folder, 'swarm.jsonl')
  const who = ['--devices', '3', '--state', state, '--keys', '1'] as const
  server.script.manage = manageBy(command('Get', 100, './DevInfo/Man'))

  const first = await run(
    'swarm',
    ...who,
    '--server',
    server.url,
    '--token',
    'own',
    '--sessions',
    '2',
  )
  const again = await run('swarm', ...who, '--server', server.url, '--token', 'own', '--json')

  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toMatch(/^3 of 3 enrolled.*\n6 sessions in .*; 6 commands$/)
  expect(again.code).toBe(0)
  expect(JSON.parse(again.out)).toMatchObject({ sessions: 3, failed: 0, byEnd: { done: 3 } })
  expect(readFileSync(state, 'utf8')).toMatch(/"sessions":3/)
  expect(statSync(state).mode & 0o777).toBe(0o600)
})

describe('wrong usage ends with code 2, and says everything at once', () => {
  test.each([
    [['nothing'], ["expected enrol, check-in or swarm, not 'nothing'"]],
    [['enrol'], ['--flow oobe needs --emulator URL']],
    [['enrol', '--flow', 'guess'], ['--flow must be one of']],
    [
      ['enrol', '--flow', 'sign-in'],
      ['--server URL', '--emulator URL'],
    ],
    [
      ['swarm', '--server', 'x', '--token', 't', '--at-once', '0'],
      ['--server must be a URL', '--at-once must', '--devices N'],
    ],
    [['check-in'], ['--state FILE']],
    [
      ['swarm', '--light', '--devices', '2', '--sessions', '1', '--emulator', 'http://x.example'],
      ['--light keeps no PCs'],
    ],
    [
      ['check-in', '--state', 'x', '--reason', 'mood', '--fault', 'tired', '--facts', '{"mood":1}'],
      ['--reason must be one of poll', "not 'tired'", 'nothing is called mood'],
    ],
    [['enrol', '--wrong'], ["Unknown option '--wrong'"]],
  ])('%j', async (args, sentences) => {
    const { code, out, err } = await run(...args)

    expect([code, out]).toEqual([2, ''])
    for (const sentence of sentences) expect(err).toContain(sentence)
  })
})

test('help names the exit codes', async () => {
  expect(await run('swarm', '--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Exit codes'),
  })
})
