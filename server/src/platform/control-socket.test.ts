import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { askRunningServer, type CommandIo, openControlSocket } from './control-socket.ts'

const root = mkdtempSync(join(tmpdir(), 'mooring-socket-'))
afterAll(() => rmSync(root, { recursive: true }))

let count = 0
function newFolder(name = `run${count++}`): string {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function listener(stop = new AbortController()) {
  const said = { out: '', err: '' }
  const io: CommandIo = {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    color: false,
    signal: stop.signal,
  }
  return { said, io, stop }
}

test('a command runs in the server, and what it says and its exit code come back', async () => {
  const folder = newFolder()
  await using _socket = await openControlSocket(folder, async (argv, io) => {
    io.err('working …\n')
    io.out(`${argv.join('|')} ${'ä'.repeat(100_000)}\n`)
    return 3
  })
  const { said, io } = listener()

  const exitCode = await askRunningServer(folder, ['token', 'create', '--name', 'two words'], io)

  expect(exitCode).toBe(3)
  expect(said.err).toBe('working …\n')
  expect(said.out).toBe(`token|create|--name|two words ${'ä'.repeat(100_000)}\n`)
  expect(statSync(join(folder, 'control.sock')).mode & 0o777).toBe(0o600)
})

test('nobody answers where no server is, or where one crashed', async () => {
  const folder = newFolder()

  expect(await askRunningServer(folder, [], listener().io)).toBeUndefined()
})

test('what a crash left behind is replaced', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'control.sock'), '')

  await using _socket = await openControlSocket(folder, async () => 0)

  expect(await askRunningServer(folder, [], listener().io)).toBe(0)
})

test('a path longer than the kernel takes is no obstacle', async () => {
  const folder = newFolder(join('x'.repeat(60), 'y'.repeat(60)))

  await using _socket = await openControlSocket(folder, async () => 0)

  expect(await askRunningServer(folder, [], listener().io)).toBe(0)
})

test('a person who goes away stops the command', async () => {
  const folder = newFolder()
  const stopped = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  await using _socket = await openControlSocket(folder, async (_argv, io) => {
    io.signal.addEventListener('abort', () => stopped.resolve())
    begun.resolve()
    await stopped.promise
    return 0
  })
  const { io, stop } = listener()

  const asked = askRunningServer(folder, ['sync'], io)
  await begun.promise
  stop.abort()

  await stopped.promise
  expect(await asked).toBe(1)
})

test('a server that stops in the middle is told to whoever waits', async () => {
  const folder = newFolder()
  const begun = Promise.withResolvers<void>()
  const socket = await openControlSocket(folder, async () => {
    begun.resolve()
    return await new Promise<number>(() => {})
  })
  const { said, io } = listener()

  const asked = askRunningServer(folder, ['sync'], io)
  await begun.promise
  await socket[Symbol.asyncDispose]()

  expect(await asked).toBe(1)
  expect(said.err).toMatch('The server stopped')
})
