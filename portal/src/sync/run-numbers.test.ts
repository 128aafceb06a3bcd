import type { StreamProgress, SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { changesOf, percentOf, remainingMs, runDurationMs } from './run-numbers.ts'

const none = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }
const startMs = Date.parse('2026-03-10T12:00:00Z')
const users: StreamProgress = {
  stream: 'users',
  state: 'reading',
  round: 'full',
  pages: 2,
  objects: 200,
  expected: 1000,
}
const run: SyncRun = {
  id: 'run_1',
  state: 'running',
  mode: 'full',
  dryRun: false,
  trigger: 'portal',
  requestedBy: 'ada@harbour.example',
  startedAt: '2026-03-10T12:00:00Z',
  finishedAt: null,
  requests: 4,
  counts: { users: none, groups: none, devices: none, memberships: { added: 0, removed: 0 } },
  progress: {
    phase: 'reading',
    pages: 2,
    objects: 200,
    expected: 1000,
    rate: 20,
    estimatedEndAt: '2026-03-10T12:00:50Z',
    streams: [users],
  },
  holds: [],
  decision: null,
}

test.each<[string, Partial<StreamProgress>, number | undefined]>([
  ['a stream that waits is at its beginning', { state: 'waiting' }, 0],
  ['a stream that is read is as far as its objects', {}, 20],
  ['a stream is whole only when the server says so', { objects: 1000 }, 99],
  ['a stream that is done is whole', { state: 'done', objects: 7 }, 100],
  ['of an unknown number nothing is claimed', { expected: null }, undefined],
  ['an expectation that was overtaken is dropped', { objects: 1200 }, undefined],
])('%s', (_, part, percent) => {
  expect(percentOf({ ...users, ...part })).toBe(percent)
})

test('the remaining time is the server’s, and never below nothing', () => {
  expect(remainingMs(run, startMs + 10_000)).toBe(40_000)
  expect(remainingMs(run, startMs + 99_000)).toBe(0)
  expect(
    remainingMs({ ...run, progress: { ...run.progress, estimatedEndAt: null } }, startMs),
  ).toBeUndefined()
})

test('a run that waits has no duration, one that ended keeps it', () => {
  expect(runDurationMs({ ...run, state: 'held' }, startMs + 99_000)).toBeUndefined()
  expect(runDurationMs({ ...run, startedAt: null }, startMs)).toBeUndefined()
  expect(runDurationMs({ ...run, finishedAt: '2026-03-10T12:00:07Z' }, startMs + 99_000)).toBe(7000)
})

const counts = {
  users: { ...none, created: 2, restored: 1, disabled: 1, removed: 30 },
  groups: { ...none, created: 3, removed: 1 },
  devices: { ...none, updated: 4 },
  memberships: { added: 9, removed: 8 },
}

test('changes add up people, groups and devices', () => {
  expect(changesOf({ ...run, counts })).toEqual({ created: 6, changed: 5, removed: 31, failed: 0 })
})
