import { describe, expect, test } from 'vitest'
import { clientId, tenantId } from '../entra/ids.ts'
import { attentionItems, type Facts } from './attention.ts'

const now = new Date('2026-11-25T08:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000)
const connection: Facts['connection'] = {
  tenantId: tenantId('11111111-1111-4111-8111-111111111111'),
  clientId: clientId('22222222-2222-4222-8222-222222222222'),
  credentialKind: 'secret',
  secretId: 'sec_a',
  credentialHint: '1234',
  credentialExpiresAt: new Date('2027-11-25T08:00:00Z'),
  credentialSetAt: daysAgo(30),
  syncUsers: true,
  syncGroups: true,
  createdAt: daysAgo(30),
  updatedAt: daysAgo(30),
  updatedBy: 'somebody',
}
const stream = (more: Partial<Facts['streams'][number]> = {}): Facts['streams'][number] => ({
  stream: 'users',
  isSwitchedOn: true,
  permissionMissingSince: undefined,
  lastSuccessAt: daysAgo(0),
  lastFullReadAt: daysAgo(3),
  problem: undefined,
  ...more,
})
const well: Facts = {
  slug: 'north',
  now,
  connection,
  lastCheck: undefined,
  lastRun: { id: 'run_a', state: 'succeeded' },
  heldRun: undefined,
  streams: [stream()],
  openProblems: 0,
  glassBrokenAt: undefined,
  counts: { users: 10, groups: 5 },
  wipes: { awaiting: 0, frozenAt: undefined },
}
const items = (more: Partial<Facts>) =>
  attentionItems({ ...well, ...more }).map(({ code, severity, href }) => [code, severity, href])
const problem = { code: 'graphOther', values: {}, at: now.toISOString() }

test('nothing wants attention when all is well', () => {
  expect(items({})).toEqual([])
})

test('a held run is a warning and leads to itself', () => {
  expect(items({ heldRun: 'run_h', openProblems: 1 })).toEqual([
    ['syncHeld', 'warning', '/o/north/activity/sync/run_h'],
    ['openProblems', 'info', '/o/north/activity/sync/problems'],
  ])
})

test('a local owner who signed in beside the provider is told of, connected to Entra or not', () => {
  const href = '/o/north/activity/audit?action=sign-in.succeeded&actorKind=administrator'
  const glassBrokenAt = daysAgo(2)

  expect(items({ glassBrokenAt })).toEqual([['glassBroken', 'warning', href]])
  expect(items({ glassBrokenAt, connection: undefined })).toEqual([
    ['glassBroken', 'warning', href],
    ['notConnected', 'info', '/o/north/settings/user-management/entra-id'],
  ])
})

test('wipes that wait for a second person come first, and a freeze is told until it ends', () => {
  const href = '/o/north/devices/wipes'
  const awaiting = (count: number) => ({ wipes: { awaiting: count, frozenAt: undefined } })

  expect(items(awaiting(1))).toEqual([['wipeAwaiting', 'critical', href]])
  expect(items(awaiting(3))).toEqual([['wipesAwaiting', 'critical', href]])
  expect(
    items({
      connection: undefined,
      wipes: { awaiting: 1, frozenAt: daysAgo(1) },
    }),
  ).toEqual([
    ['wipeAwaiting', 'critical', href],
    ['wipesFrozen', 'warning', href],
    ['notConnected', 'info', '/o/north/settings/user-management/entra-id'],
  ])
})

describe('one kind of object', () => {
  test('warns after five days without a success, whatever the reason', () => {
    const late = ['streamLate', 'warning', '/o/north/activity/sync']

    expect(items({ streams: [stream({ lastSuccessAt: daysAgo(4.9) })] })).toEqual([])
    expect(items({ streams: [stream({ lastSuccessAt: daysAgo(5.1) })] })).toEqual([late])
    expect(items({ streams: [stream({ lastSuccessAt: daysAgo(5.1), problem })] })).toEqual([late])
    expect(
      items({ streams: [stream({ lastSuccessAt: daysAgo(9), isSwitchedOn: false })] }),
    ).toEqual([])
  })

  test('that could not be read leads to the run, which says why', () => {
    const streams = [stream(), stream({ stream: 'devices', problem })]

    expect(items({ streams })).toEqual([
      ['streamFailing', 'warning', '/o/north/activity/sync/run_a'],
    ])
  })

  test('is not told a second time when the whole run failed', () => {
    const lastRun = { id: 'run_b', state: 'failed' } as const

    expect(items({ lastRun, streams: [stream({ problem })] })).toEqual([
      ['syncFailed', 'critical', '/o/north/activity/sync/run_b'],
    ])
  })
})

test('many objects that could not be taken over warn, a few only inform', () => {
  const href = '/o/north/activity/sync/problems'

  expect(items({ openProblems: 9 })).toEqual([['openProblems', 'info', href]])
  expect(items({ openProblems: 10 })).toEqual([['openProblems', 'warning', href]])
})
