import type { SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { changesOf, estimate, runDurationMs } from './run-numbers.ts'

const none = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }
const startMs = Date.parse('2026-03-10T12:00:00Z')
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
  counts: { users: none, groups: none, memberships: { added: 0, removed: 0 } },
  progress: { phase: 'users', pages: 2, objects: 200, expected: 1000 },
}

test('rate and remaining time follow from what has been read', () => {
  expect(estimate(run, startMs + 10_000)).toEqual({
    perSecond: 20,
    percent: 20,
    remainingMs: 40_000,
  })
})

test('in the first seconds no rate is claimed', () => {
  expect(estimate(run, startMs + 1_000)).toMatchObject({ perSecond: undefined, percent: 20 })
})

test('an expectation that was overtaken is dropped', () => {
  const overtaken = { ...run, progress: { ...run.progress, objects: 1200 } }

  expect(estimate(overtaken, startMs + 10_000)).toMatchObject({
    percent: undefined,
    remainingMs: undefined,
  })
})

test('a run that waits has no duration, one that ended keeps it', () => {
  expect(runDurationMs({ ...run, startedAt: null }, startMs)).toBeUndefined()
  expect(runDurationMs({ ...run, finishedAt: '2026-03-10T12:00:07Z' }, startMs + 99_000)).toBe(7000)
})

test('changes add up people and groups', () => {
  const counts = {
    users: { ...none, created: 2, restored: 1, disabled: 1 },
    groups: { ...none, created: 3, removed: 1 },
    memberships: { added: 9, removed: 9 },
  }

  expect(changesOf({ ...run, counts })).toEqual({ created: 6, changed: 1, removed: 1, failed: 0 })
})
