import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migratedSnapshot } from '../../testing/database.ts'
import { createLog } from '../platform/log.ts'
import { type Config, readConfig } from './config.ts'
import { startServer } from './start.ts'

const log = createLog('silent')
const snapshot = await migratedSnapshot()

/** Settings of a server that leaves nothing behind. */
function settings(env: Record<string, string> = {}): Config {
  const config = readConfig({
    MOORING_PUBLIC_URL: 'http://localhost:0',
    MOORING_LISTEN: '127.0.0.1:0',
    ...env,
  })
  return {
    ...config,
    database: { kind: 'embedded', folder: 'memory', snapshot },
    masterKey: { kind: 'temporary' },
  }
}

test('a server with port 0 says where it is, and its portal and API agree', async () => {
  await using server = await startServer(settings(), { log })

  expect(server.url.port).not.toBe('0')
  expect((await fetch(new URL('/readyz', server.url))).status).toBe(200)
  const { type } = (await (await fetch(new URL('/api/v1/organizations', server.url))).json()) as {
    type: string
  }
  expect(type).toBe(`${server.url.origin}/api/docs#problem-signInNeeded`)
})

test('metrics can have a listener of their own, and then the main one has none', async () => {
  const port = 20_000 + (process.pid % 20_000)
  const config = settings({ MOORING_METRICS_LISTEN: `127.0.0.1:${port}` })
  await using server = await startServer(config, { log, role: 'web' })

  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200)
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  expect((await fetch(new URL('/metrics', server.url))).status).toBe(404)
})

test('a worker runs jobs and answers nobody', async () => {
  await using server = await startServer(settings(), { log, role: 'worker' })

  await expect(fetch(new URL('/healthz', server.url))).rejects.toThrow()
  await server.jobs.send('sign-in.forget-expired', {})
  await expect.poll(() => server.jobs.runDue(), { timeout: 10_000 }).toBe(0)
})

test('a server that cannot start leaves nothing open', async () => {
  await using server = await startServer(settings(), { log, role: 'web' })
  const config = settings({ MOORING_LISTEN: `127.0.0.1:${server.url.port}` })

  await expect(startServer(config, { log })).rejects.toThrow(/EADDRINUSE/)
})

test('a sender without an end does not keep a server from stopping', async () => {
  const server = await startServer(settings(), { log, role: 'web' })
  const socket = connect(Number(server.url.port), '127.0.0.1')
  const isClosed = new Promise((resolve) =>
    socket.on('error', () => undefined).once('close', resolve),
  )
  socket.write(
    'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 200))

  await server[Symbol.asyncDispose]()

  await isClosed
})

test('a database whose master key is gone gets no new one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-start-'))
  mkdirSync(join(folder, 'database'))
  writeFileSync(join(folder, 'database', 'PG_VERSION'), '17\n')
  const config = readConfig({ MOORING_DATA_DIR: folder, MOORING_LISTEN: '127.0.0.1:0' })

  await expect(startServer(config, { log })).rejects.toThrow(/Restore it from its backup/)

  expect(existsSync(join(folder, 'keys', 'master.key'))).toBe(false)
  rmSync(folder, { recursive: true })
})
