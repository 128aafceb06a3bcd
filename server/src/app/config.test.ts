import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Env, readConfig } from './config.ts'
import { SETTINGS } from './settings.ts'
import { writeSettingsGuide } from './settings-guide.ts'

/** What is wrong with these settings, one line each. */
function problemsOf(env: Env): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof AggregateError) return error.message.split('\n')
    throw error
  }
}

const POSTGRES = {
  DATABASE_URL: 'postgres://mooring@localhost/mooring',
  MOORING_MASTER_KEY_FILE: '/run/key',
}
const CUSTOM = {
  MOORING_CLOUD: 'custom',
  MOORING_ENTRA_AUTHORITY_URL: 'http://127.0.0.1:9000',
  MOORING_GRAPH_URL: 'https://graph.example.com',
}

test('without any setting, everything has a value good for a look around', () => {
  const config = readConfig({})

  expect(config.publicUrl.origin).toBe('http://localhost:8080')
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 })
  expect(config.database.kind).toBe('embedded')
  expect(config.masterKey).toMatchObject({ kind: 'file', create: true })
  expect(config.cloud.name).toBe('global')
  expect(config).toMatchObject({ autoMigrate: true, logLevel: 'info', trustedProxies: [] })
})

test('an empty variable counts as absent', () => {
  const empty = Object.fromEntries(SETTINGS.map(({ name }) => [name, ' ']))

  expect(readConfig(empty)).toEqual(readConfig({}))
})

test('all problems are told at once, each by its name', () => {
  const bad = {
    MOORING_PUBLIC_URL: 'ftp://x',
    MOORING_LISTEN: 'everywhere',
    MOORING_CLOUD: 'moon',
    MOORING_AUTO_MIGRATE: 'yes',
    MOORING_LOG_LEVEL: 'loud',
    MOORING_TRUSTED_PROXIES: '10.0.0.0/8, proxy',
    MOORING_TLS_CERT_FILE: 'cert.pem',
    MOORING_DATABASE_POOL_SIZE: '0',
    DATABASE_URL: 'mysql://root:secret@db/x',
  }

  const names = problemsOf(bad).map((line) => line.split(' ')[0])

  expect(names.sort()).toEqual(
    [
      ...Object.keys(bad).filter((name) => name !== 'MOORING_TLS_CERT_FILE'),
      'MOORING_MASTER_KEY_FILE',
      'MOORING_TLS_KEY_FILE',
    ].sort(),
  )
})

describe('the public URL', () => {
  test.each([
    'https://mdm.example.com',
    'http://localhost:8080',
    'http://127.0.0.1',
    'http://[::1]:1',
  ])('may be %s', (url) => {
    expect(problemsOf({ MOORING_PUBLIC_URL: url })).toEqual([])
  })

  test.each([
    'http://mdm.example.com',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://mdm.example.com/portal',
    'https://mdm.example.com/?x',
    'https://mdm.example.com/#x',
    'https://user:secret@mdm.example.com',
    'mdm.example.com',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('may not be %s', (url) => {
    expect(problemsOf({ MOORING_PUBLIC_URL: url })).toHaveLength(1)
  })
})

test.each([
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::]:8443', { host: '::', port: 8443 }],
  ['mdm.internal:1', { host: 'mdm.internal', port: 1 }],
])('%s is an address to listen on', (text, listen) => {
  expect(readConfig({ MOORING_LISTEN: text }).listen).toEqual(listen)
})

test.each(['8080', ':8080', '127.0.0.1', '127.0.0.1:65536', '127.0.0.1:x', '::1:80', 'a b:1'])(
  '%s is none',
  (text) => {
    expect(problemsOf({ MOORING_LISTEN: text })).toHaveLength(1)
  },
)

test('with PostgreSQL the master key must be given, and is never made', () => {
  const [problem] = problemsOf({ DATABASE_URL: POSTGRES.DATABASE_URL })

  expect(problem).toMatch(/^MOORING_MASTER_KEY_FILE .*openssl rand -base64 32/)
  expect(readConfig(POSTGRES).masterKey).toMatchObject({ path: '/run/key', create: false })
})

test('a password in a setting is never repeated', () => {
  const secret = 'hunter2'
  const all = problemsOf({
    DATABASE_URL: `mysql://root:${secret}@db`,
    MOORING_PUBLIC_URL: `https://u:${secret}@x.example`,
  }).join()

  expect(all).not.toMatch(secret)
})

test('a custom cloud needs both addresses, another cloud neither', () => {
  expect(readConfig(CUSTOM).cloud).toMatchObject({
    name: 'custom',
    authorityUrl: 'http://127.0.0.1:9000',
    graphUrl: 'https://graph.example.com',
  })
  expect(problemsOf({ MOORING_CLOUD: 'custom' })).toHaveLength(2)
  expect(problemsOf({ ...CUSTOM, MOORING_CLOUD: 'china' })).toHaveLength(2)
  expect(problemsOf({ ...CUSTOM, MOORING_GRAPH_URL: 'http://graph.example.com' })).toHaveLength(1)
})

test.each(['10.0.0.0/33', '::/129', '10.0.0.0/x', '10.0.0', 'loopback', '10.0.0.0/8/8'])(
  '%s is no range of proxies',
  (range) => {
    expect(problemsOf({ MOORING_TRUSTED_PROXIES: range })).toHaveLength(1)
  },
)

test('the settings guide is what the table says', () => {
  expect(readFileSync('docs/guides/settings.md', 'utf8')).toBe(writeSettingsGuide())
})
