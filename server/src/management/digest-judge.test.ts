import { describe, expect, test } from 'vitest'
import type { OrganizationId } from '../platform/organization-id.ts'
import { judgeDigest } from './digest-judge.ts'
import type { DigestCandidate } from './digest-store.ts'

const NOW = new Date('2026-11-02T08:00:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const DAY = 24 * 60
const device = (more: Partial<DigestCandidate> = {}): DigestCandidate => ({
  organization: 'org_1' as OrganizationId, // nothing is looked up here
  deviceId: 'dev_1',
  secretId: 'sec_1',
  lastProof: undefined,
  nonce: undefined,
  failures: 0,
  failuresSince: undefined,
  ...more,
})
const bare = { hasDigest: false, now: NOW }
const proving = { hasDigest: true, now: NOW }

describe('a device without a certificate', () => {
  test('is asked with a new nonce the first time, whatever it says', () => {
    expect(judgeDigest(device(), bare)).toEqual({ kind: 'ask', nonce: 'new' })
    expect(judgeDigest(device(), proving)).toEqual({ kind: 'ask', nonce: 'new' })
  })

  test('is asked with the same one for five minutes, so that nobody can change it in between', () => {
    expect(judgeDigest(device({ nonce: { value: 'one', at: ago(4) } }), bare)).toEqual({
      kind: 'ask',
      nonce: 'one',
    })
    expect(judgeDigest(device({ nonce: { value: 'one', at: ago(6) } }), bare)).toEqual({
      kind: 'ask',
      nonce: 'new',
    })
  })

  test('may use the nonce that its last session ended with', () => {
    const since = device({ nonce: { value: 'one', at: ago(8 * 60) } })
    expect(judgeDigest(since, proving)).toMatchObject({ kind: 'compare', nonce: 'one' })
  })

  test('is not listened to for a quarter of an hour after five that were wrong', () => {
    const failed = (minutes: number) =>
      judgeDigest(
        device({
          nonce: { value: 'one', at: ago(1) },
          failures: 5,
          failuresSince: ago(minutes),
        }),
        proving,
      )
    expect(failed(14)).toEqual({ kind: 'refused', refusal: 'digestBlocked' })
    expect(failed(16)).toMatchObject({ kind: 'compare', isFirstFailure: true })
  })
})

describe('a device that has proven itself better', () => {
  test.each(['connection', 'proxy', 'signature', 'connection signature'])(
    'does not get in by digest within a month: %s',
    (proof) => {
      const better = (days: number) => device({ lastProof: { proof, at: ago(days * DAY) } })
      expect(judgeDigest(better(29), proving)).toEqual({
        kind: 'refused',
        refusal: 'digestNeedless',
      })
      expect(judgeDigest(better(31), bare)).toMatchObject({ kind: 'ask' })
    },
  )

  test('may go on by digest where that is how it came last', () => {
    const last = device({ lastProof: { proof: 'digest', at: ago(60) } })
    expect(judgeDigest(last, bare)).toMatchObject({ kind: 'ask' })
  })
})
