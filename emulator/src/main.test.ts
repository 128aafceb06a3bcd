import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { readCommand } from './main.ts'

describe('the command line', () => {
  it('reads sizes, ports and flags', () => {
    expect(
      readCommand([
        '--port',
        '8080',
        '--control-port=8081',
        '--users',
        '20',
        '--tls',
        '--unconsented',
      ]),
    ).toEqual({
      kind: 'start',
      options: { port: 8080, controlPort: 8081, users: 20, tls: true, consented: false },
    })
  })

  it('collects all problems', () => {
    const command = readCommand(['--users', 'many', '--port', '70000'])

    expect(command).toMatchObject({
      kind: 'wrong',
      problems: [expect.stringContaining('--port'), expect.stringContaining('--users')],
    })
  })

  it('knows --help, and no other option', () => {
    expect(readCommand(['--help'])).toEqual({ kind: 'help' })
    expect(readCommand(['--foo']).kind).toBe('wrong')
  })
})

describe('the process', () => {
  it('prints one line of JSON, answers, and ends on SIGTERM', async () => {
    const main = new URL('./main.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [main, '--users', '5', '--groups', '3'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const [line] = await once(createInterface(child.stdout), 'line')
    const { url, controlUrl, tenantId, clientId, secret, issuer, people } = JSON.parse(line)

    const discovery = await fetch(`${url}/${tenantId}/v2.0/.well-known/openid-configuration`)
    const tenants = await (await fetch(`${controlUrl}/tenants`)).json()
    child.kill('SIGTERM')

    expect(discovery.status).toBe(200)
    expect(tenants).toMatchObject([{ id: tenantId, users: 5, groups: 3 }, {}])
    expect(clientId).toMatch(/^[0-9a-f-]{36}$/)
    expect(secret.length).toBeGreaterThan(20)
    expect(await discovery.json()).toMatchObject({ issuer })
    expect(people).toHaveLength(3)
    expect(await exited).toEqual([0, null])
  }, 20_000)

  it('says what is wrong, and ends with 2', async () => {
    const main = new URL('./main.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [main, '--users', 'many'], { stdio: 'pipe' })
    const exited = once(child, 'exit')
    const [message] = await once(createInterface(child.stderr), 'line')

    expect(message).toContain("--users must be a whole number from 0 to 2000000, not 'many'")
    expect(await exited).toEqual([2, null])
  }, 20_000)
})
