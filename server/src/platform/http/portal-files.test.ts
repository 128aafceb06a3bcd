import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { createTexts } from '../texts.ts'
import { createHttpServer } from './http-server.ts'
import { addPortal } from './portal-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mooring-portal-'))
const built = join(folder, 'dist')
mkdirSync(join(built, 'assets'), { recursive: true })
mkdirSync(join(built, '.vite'))
writeFileSync(join(folder, 'secret.txt'), 'secret')
writeFileSync(join(built, 'index.html'), '<!doctype html>portal')
writeFileSync(join(built, 'assets', 'main-1a2b.js'), 'script')
writeFileSync(join(built, '.vite', 'manifest.json'), '{}')

const metrics = createMetrics('0')
const app = createHttpServer({
  publicUrl: new URL('http://localhost:8080'),
  tls: undefined,
  trustedProxies: [],
  log: createLog('silent'),
  texts: createTexts(),
  metrics,
})
addPortal(app, built)
afterAll(async () => {
  await app.close()
  metrics.close()
  rmSync(folder, { recursive: true })
})

test('what was built is served: pages anew each time, files with a hash for ever', async () => {
  const page = await app.inject({ url: '/o/default/overview' })
  const script = await app.inject({ url: '/assets/main-1a2b.js' })

  expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-store'])
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test.each([
  '//',
  '/%00',
  '/assets',
  '/assets/',
  '/assets/%00',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/.vite/manifest.json',
  '/api/v1//organizations',
])('%s is not there, whatever else may be said of it', async (url) => {
  const { statusCode, body } = await app.inject({ url })

  expect([statusCode, JSON.parse(body).code]).toEqual([404, 'notFound'])
})
