import { describe, expect, test } from 'vitest'
import { judgeCall, judgeTokenless } from './push-judge.ts'

const now = new Date('2026-11-02T08:00:00Z')
const channel = 'https://db5p.notify.windows.com/?token=x'
const seconds = (came: { againAt?: Date | undefined }) =>
  came.againAt && (came.againAt.getTime() - now.getTime()) / 1000

describe('a call', () => {
  test.each(['received', 'dropped', 'forbidden', 'rejected'] as const)(
    'that was %s is done with',
    (kind) => {
      expect(judgeCall({ kind, status: 200 }, { now, channel, tries: 1 })).toEqual({
        outcome: kind,
        status: 200,
      })
    },
  )

  test('to a channel that is over is done with, and the channel is remembered', () => {
    const came = judgeCall({ kind: 'channelGone', status: 410 }, { now, channel, tries: 1 })
    expect(came).toEqual({ outcome: 'channelGone', status: 410, deadChannel: channel })
  })

  test('that was too much is made again, later each time, and not for ever', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((tries) =>
      seconds(
        judgeCall(
          { kind: 'throttled', status: 429, retryAfterSeconds: undefined },
          { now, channel, tries },
        ),
      ),
    )
    expect(waits).toEqual([60, 120, 240, 480, 960, undefined])
  })

  test('waits at least as long as the service says', () => {
    const came = judgeCall(
      { kind: 'unavailable', status: 503, retryAfterSeconds: 300 },
      { now, channel, tries: 1 },
    )
    expect(seconds(came)).toBe(300)
  })

  test('without a token is made again, as others may set credentials that do', () => {
    const came = judgeTokenless('credentialsRefused', { now, tries: 2, status: 400 }, undefined)
    expect(came).toMatchObject({ outcome: 'credentialsRefused', status: 400 })
    expect(seconds(came)).toBe(120)
  })
})
