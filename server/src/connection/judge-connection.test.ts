import { expect, test } from 'vitest'
import { EntraError } from '../entra/entra-error.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import type { AccessToken } from '../entra/token.ts'
import { overallState } from './finding.ts'
import { type Circumstances, judgeConnection } from './judge-connection.ts'
import type { Observations, Read } from './observe-connection.ts'

const now = new Date('2026-11-25T08:00:00Z')
const around: Circumstances = {
  now,
  publicUrl: new URL('https://mdm.example.org'),
  credentialExpiresAt: new Date('2027-11-25T08:00:00Z'),
}
const THREE = ['User.Read.All', 'Group.Read.All', 'Device.ReadWrite.All']
const token = (roles: readonly string[], clockAheadMs: number | undefined = 0): AccessToken => ({
  value: 't',
  receivedAt: now,
  expiresAt: now,
  roles,
  clockAheadMs,
})
const ok: Read = { kind: 'read' }
const observed = (
  roles: readonly string[],
  more: Partial<NonNullable<Observations['reads']>> = {},
): Observations => ({
  token: { kind: 'token', token: token(roles) },
  reads: { organization: ok, users: ok, groups: ok, devices: ok, ...more },
})
const judge = (what: Observations, where = around) => {
  const findings = judgeConnection(what, where)
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]))
}

test('a connection with the three permissions is well', () => {
  const findings = judgeConnection(observed(THREE), around)

  expect(overallState(findings)).toBe('ok')
  expect(findings.map((finding) => finding.id)).toEqual(
    expect.arrayContaining([
      'token',
      'permission.User.Read.All',
      'permission.Group.Read.All',
      'permission.Device.ReadWrite.All',
      'read.users',
      'read.groups',
      'read.devices',
      'clock',
      'credential-expiry',
      'public-url',
    ]),
  )
})

test('a permission that the token lacks is named, and the others are granted', () => {
  const denied: Read = {
    kind: 'failed',
    error: new GraphError(403, 'Authorization_RequestDenied', 'r1'),
  }

  const found = judge(observed(['User.Read.All', 'Device.ReadWrite.All'], { groups: denied }))

  expect(found['permission.Group.Read.All']).toMatchObject({
    state: 'failed',
    code: 'permissionMissing',
  })
  expect(found['permission.User.Read.All']).toMatchObject({ state: 'passed', code: 'granted' })
  expect(found['read.groups']).toMatchObject({
    state: 'failed',
    code: 'Authorization_RequestDenied',
    microsoftTraceId: 'r1',
    values: { permission: 'Group.Read.All' },
  })
})

test('a larger permission contains the smaller one', () => {
  const found = judge(observed(['Directory.Read.All', 'Device.ReadWrite.All']))

  expect(found['permission.User.Read.All']).toMatchObject({ state: 'passed', code: 'grantedBy' })
})

test('permissions far beyond need are a warning', () => {
  const found = judge(observed([...THREE, 'RoleManagement.ReadWrite.Directory']))

  expect(found['permission.extra']).toMatchObject({ state: 'warning', code: 'dangerousExtras' })
})

test('without a token nothing else is claimed', () => {
  const error = new EntraError('AADSTS7000215', 'invalid_client', { traceId: 't1' })

  const found = judge({ token: { kind: 'failed', error } })

  expect(found['token']).toMatchObject({
    state: 'failed',
    code: 'AADSTS7000215',
    microsoftTraceId: 't1',
  })
  for (const id of [
    'permission.User.Read.All',
    'read.users',
    'permission.extra',
    'read.organization',
  ]) {
    expect(found[id]).toMatchObject({ state: 'skipped', code: 'noToken' })
  }
})

test.each(['dnsFailed', 'connectionRefused', 'tlsFailed', 'timedOut', 'notJson'] as const)(
  'a network that answers with %s is told as such',
  (fault) => {
    const error = new NetworkError(fault, 'login.example', 'X')

    expect(judge({ token: { kind: 'failed', error } })['token']).toMatchObject({
      state: 'failed',
      code: fault,
    })
  },
)

test('the name of the tenant is not needed', () => {
  const denied: Read = {
    kind: 'failed',
    error: new GraphError(403, 'Authorization_RequestDenied', undefined),
  }

  expect(judge(observed(THREE, { organization: denied }))['read.organization']).toMatchObject({
    state: 'skipped',
  })
})

test('a busy Graph is a warning and not a fault', () => {
  const busy: Read = { kind: 'failed', error: new GraphError(429, 'TooManyRequests', undefined) }

  expect(judge(observed(THREE, { users: busy }))['read.users']).toMatchObject({ state: 'warning' })
})

test.each([
  [0, 'passed', 'clockRight'],
  [90_000, 'warning', 'clockBehind'],
  [-90_000, 'warning', 'clockAhead'],
  [600_000, 'failed', 'clockBehind'],
  [undefined, 'skipped', 'clockUnknown'],
])('a clock that is off by %s ms is %s', (aheadMs, state, code) => {
  const what: Observations = {
    token: { kind: 'token', token: { ...token(THREE), clockAheadMs: aheadMs } },
  }

  expect(judge(what)['clock']).toMatchObject({ state, code })
})

test.each([
  [undefined, 'warning', 'expiryUnknown'],
  ['2026-11-25T07:59:59Z', 'failed', 'expired'],
  ['2026-11-25T20:00:00Z', 'warning', 'expiryToday'],
  ['2026-12-25T08:00:00Z', 'warning', 'expirySoon'],
  ['2027-06-25T08:00:00Z', 'passed', 'expiryFar'],
])('a credential that ends at %s is %s', (at, state, code) => {
  const where = { ...around, credentialExpiresAt: at ? new Date(at) : undefined }

  expect(judge(observed(THREE), where)['credential-expiry']).toMatchObject({ state, code })
})

test('a server on loopback is warned that nobody outside reaches it', () => {
  const where = { ...around, publicUrl: new URL('http://localhost:8080') }

  expect(judge(observed(THREE), where)['public-url']).toMatchObject({
    state: 'warning',
    code: 'publicUrlLoopback',
  })
})
