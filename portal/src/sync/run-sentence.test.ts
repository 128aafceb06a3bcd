import type { Hold, SyncRun } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { sentenceOf } from './run-sentence.ts'

const holds: Hold[] = [{ code: 'manyPeople', title: '', detail: '' }]
const decision: SyncRun['decision'] = { kind: 'cancelled', by: 'ada', at: '', reason: null }
const plain = { state: 'succeeded', dryRun: false, trigger: 'portal', holds: [], decision: null }

test.each<[string, Partial<SyncRun>, ReturnType<typeof sentenceOf>]>([
  ['a run', {}, 'succeeded'],
  ['a held run', { state: 'held', holds }, 'held'],
  ['a held run that was given up', { state: 'cancelled', holds, decision }, 'givenUp'],
  ['a run that was stopped at work', { state: 'cancelled', decision }, 'cancelled'],
  [
    'an approved run',
    { holds, decision: { kind: 'approved', by: 'ada', at: '', reason: 'so it is' } },
    'succeeded',
  ],
  ['a dry run at work', { dryRun: true, state: 'running' }, 'dryUnderWay'],
  ['a dry run', { dryRun: true }, 'dry'],
  ['a dry run that failed', { dryRun: true, state: 'failed' }, 'failed'],
  ['a preview of settings', { dryRun: true, trigger: 'preview' }, 'preview'],
])('%s has its own sentence', (_, part, sentence) => {
  expect(sentenceOf({ ...plain, ...part } as SyncRun)).toBe(sentence)
})
