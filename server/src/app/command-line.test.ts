import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createLog } from '../platform/log.ts'
import { runCommandLine } from './command-line.ts'
import { readConfig } from './config.ts'
import { startServer } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'mooring-command-line-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ENV = {
  MOORING_DATA_DIR: join(folder, 'data'),
  MOORING_PUBLIC_URL: 'http://localhost:0',
  MOORING_LISTEN: '127.0.0.1:0',
}

/** Runs a command line as a terminal does. */
async function mooring(argv: readonly string[], env: Record<string, string> = ENV) {
  let out = ''
  let err = ''
  const code = await runCommandLine(argv, env, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    color: false,
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

const serve = (more: Record<string, string> = {}) =>
  startServer(readConfig({ ...ENV, ...more }), { log: createLog('silent'), role: 'web' })

describe('wrong usage ends with code 2 and one sentence', () => {
  test.each([
    [['nothing'], /There is no command "nothing"; see: mooring --help/],
    [['admin'], /There is no command "admin"/],
    [['token', 'create', '--nme', 'x'], /Unknown option '--nme'; see: mooring token create --help/],
    [['check', 'everything'], /see: mooring check --help/],
    [['serve', '--role', 'boss'], /--role must be all, web or worker, not "boss"/],
  ])('%j', async (argv, sentence) => {
    const { code, out, err } = await mooring(argv)

    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(sentence)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('wrong settings are told all at once', async () => {
    const { code, err } = await mooring(['serve'], {
      MOORING_LISTEN: 'x',
      MOORING_CLOUD: 'y',
    })

    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(2)
  })
})

test('help is there for everything, whatever the settings', async () => {
  const all = await mooring(['--help'], { MOORING_LISTEN: 'x' })
  expect(all.code).toBe(0)

  const names = [...all.out.matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map(([, name]) => name ?? '')
  expect(names).toContain('token create')
  // Those three are programs of their own, which print where they like.
  for (const name of names.filter((known) => !['emulator', 'device', 'demo'].includes(known))) {
    const { code, out } = await mooring([...name.split(' '), '--help'], { MOORING_LISTEN: 'x' })
    expect([name, code]).toEqual([name, 0])
    expect(out).toMatch(`Usage: mooring ${name}`)
    expect(out).toMatch('Exit codes:')
  }
})

/** What every command answers on this data, whether a server runs or not. */
async function tryEverything(email: string) {
  const created = await mooring(['admin', 'create', '--email', email, '--role', 'auditor'])
  expect(created.code).toBe(0)
  expect(created.out).toMatch(/^http:\/\/localhost:\d+\/set-password#[\w-]{43}\n$/)
  const again = await mooring(['admin', 'create', '--email', email.toUpperCase()])
  expect([again.code, again.out]).toEqual([1, ''])
  expect(again.err).toMatch(`mooring admin link --email ${email}`)
  const link = await mooring(['admin', 'link', '--email', email])
  expect([link.code, link.out === created.out]).toEqual([0, false])
  const reset = await mooring(['admin', 'reset', '--email', email])
  expect([reset.code, reset.out]).toEqual([0, expect.stringMatching(/set-password#[\w-]{43}\n$/)])
  const unknown = await mooring(['admin', 'reset', '--email', 'nobody@example.com'])
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching('mooring admin list')])
  const list = await mooring(['admin', 'list', '--json'])
  expect(
    list.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toContainEqual({
    email,
    organization: 'default',
    role: 'auditor',
    state: 'invited',
    lastSignInAt: null,
  })

  const token = await mooring(['token', 'create', '--name', 'n', '--role', 'owner'])
  expect(token).toMatchObject({ code: 0, err: '' })
  expect(token.out).toMatch(/^mor_[\w-]{43}\n$/)
  const days = ['--expires-days', '0']
  const badDays = await mooring(['token', 'create', '--name', 'n', '--role', 'owner', ...days])
  expect([badDays.code, badDays.err]).toEqual([2, expect.stringMatching('--expires-days must be')])
  const nowhere = ['--organization', 'nowhere']
  const badOrg = await mooring(['token', 'create', '--name', 'n', '--role', 'owner', ...nowhere])
  expect([badOrg.code, badOrg.err]).toEqual([1, expect.stringMatching('no organization "nowhere"')])

  for (const name of ['check', 'sync']) {
    const refused = await mooring([name])
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching('not connected')])
  }
  expect((await mooring(['migrate'])).code).toBe(0)
  const rotated = await mooring(['key', 'rotate'])
  expect(rotated).toMatchObject({ code: 0, err: expect.stringMatching('The master key is now') })
  return token.out.trim()
}

test('every command works while the server is stopped, and while it runs', async () => {
  const offline = await tryEverything('ada@example.com')
  expect(statSync(ENV.MOORING_DATA_DIR).mode & 0o777).toBe(0o700)

  let online: string
  {
    await using server = await serve()
    online = await tryEverything('grace@example.com')
    for (const token of [offline, online]) {
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${server.url.origin}/api/v1/organizations`, { headers })
      expect(response.status).toBe(200)
    }
    await expect(serve()).rejects.toThrow(/Another Mooring .* uses the data folder/)
  }

  await using again = await serve()
  const headers = { authorization: `Bearer ${online}` }
  expect((await fetch(`${again.url.origin}/api/v1/organizations`, { headers })).status).toBe(200)
}, 300_000)

test('a server that may not migrate by itself starts once the command has done it', async () => {
  const env = { ...ENV, MOORING_DATA_DIR: join(folder, 'by-hand'), MOORING_AUTO_MIGRATE: 'false' }
  await expect(serve(env)).rejects.toThrow(/Run: mooring migrate/)

  expect((await mooring(['migrate'], env)).code).toBe(0)

  await using server = await serve(env)
  expect((await fetch(`${server.url.origin}/readyz`)).status).toBe(200)
}, 300_000)

test('a port that is taken is told in one sentence', async () => {
  await using server = await serve()
  const env = {
    MOORING_DATA_DIR: join(folder, 'other'),
    MOORING_LISTEN: `127.0.0.1:${server.url.port}`,
    MOORING_LOG_LEVEL: 'silent',
  }

  const { code, err } = await mooring(['serve'], env)

  expect(code).toBe(1)
  expect(err).toMatch(`The address 127.0.0.1:${server.url.port} is taken; stop the program`)
}, 300_000)
