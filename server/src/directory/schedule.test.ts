import { describe, expect, test } from 'vitest'
import { isDue, modeOf, nextRunAt, type ScheduleFacts } from './schedule.ts'

const at = (text: string) => new Date(text)
const facts = (more: Partial<ScheduleFacts> = {}): ScheduleFacts => ({
  connectedAt: at('2026-01-01T00:00:00Z'),
  settingsChangedAt: undefined,
  lastRun: undefined,
  lastFullReadAt: undefined,
  hasBeenRead: false,
  ...more,
})
const ran = (requestedAt: string, more: { isUnderWay?: boolean; needsMending?: boolean } = {}) => ({
  requestedAt: at(requestedAt),
  isUnderWay: false,
  needsMending: false,
  ...more,
})
const every = (minutes: number) => ({ kind: 'every', minutes }) as const
const berlin = (expression: string) =>
  ({ kind: 'cron', expression, timeZone: 'Europe/Berlin' }) as const

describe('every so many minutes', () => {
  test('the next run comes that long after the last, whoever started it', () => {
    const known = facts({ lastRun: ran('2026-11-25T08:00:00Z') })

    expect(nextRunAt(every(15), known)).toEqual(at('2026-11-25T08:15:00Z'))
  })

  test('the first run leaves time to look around after connecting', () => {
    const known = facts({ connectedAt: at('2026-11-25T08:00:00Z') })

    expect(isDue(every(15), known, at('2026-11-25T08:14:00Z'))).toBe(false)
    expect(isDue(every(15), known, at('2026-11-25T08:15:00Z'))).toBe(true)
  })

  test('a beat that comes some seconds early does not cost a minute', () => {
    const known = facts({ lastRun: ran('2026-11-25T08:00:04Z') })

    expect(isDue(every(15), known, at('2026-11-25T08:15:00Z'))).toBe(true)
    expect(isDue(every(15), known, at('2026-11-25T08:14:00Z'))).toBe(false)
  })

  test('nothing starts while a run is under way', () => {
    const known = facts({ lastRun: ran('2026-11-25T08:00:00Z', { isUnderWay: true }) })

    expect(isDue(every(15), known, at('2026-11-25T09:00:00Z'))).toBe(false)
  })

  test('after a refused secret a quarter of an hour goes by', () => {
    const known = facts({ lastRun: ran('2026-11-25T08:00:00Z', { needsMending: true }) })

    expect(nextRunAt(every(5), known)).toEqual(at('2026-11-25T08:15:00Z'))
    expect(nextRunAt(every(60), known)).toEqual(at('2026-11-25T09:00:00Z'))
  })
})

test('switched off, nothing starts by itself', () => {
  expect(nextRunAt({ kind: 'off' }, facts())).toBeUndefined()
  expect(isDue({ kind: 'off' }, facts(), at('2030-01-01T00:00:00Z'))).toBe(false)
})

describe('by cron', () => {
  test.each([
    ['in winter', '2026-01-15T12:00:00Z', '2026-01-16T01:00:00Z'],
    ['in summer', '2026-07-15T12:00:00Z', '2026-07-16T00:00:00Z'],
    // 02:00 does not exist on 29 March 2026.
    ['when the clock jumps ahead', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['on the day after that', '2026-03-29T12:00:00Z', '2026-03-30T00:00:00Z'],
  ])('two in the morning in Berlin is told rightly %s', (_when, last, next) => {
    expect(nextRunAt(berlin('0 2 * * *'), facts({ lastRun: ran(last) }))).toEqual(at(next))
  })

  test('an hour that is there twice has one run', () => {
    // 02:30 comes at 00:30Z and again at 01:30Z on 25 October 2026.
    const known = facts({ lastRun: ran('2026-10-24T12:00:00Z') })
    const first = nextRunAt(berlin('30 2 * * *'), known)
    const second = nextRunAt(berlin('30 2 * * *'), {
      ...known,
      lastRun: ran(first?.toISOString() ?? ''),
    })

    expect(first).toEqual(at('2026-10-25T00:30:00Z'))
    expect(second).toEqual(at('2026-10-26T01:30:00Z'))
  })

  test('times that went by while the server was off come once', () => {
    const known = facts({ lastRun: ran('2026-11-20T01:00:00Z') })

    expect(isDue(berlin('0 2 * * *'), known, at('2026-11-25T09:00:00Z'))).toBe(true)
    const after = facts({ lastRun: ran('2026-11-25T09:00:00Z') })
    expect(isDue(berlin('0 2 * * *'), after, at('2026-11-25T09:01:00Z'))).toBe(false)
  })

  test('a new schedule does not look back', () => {
    const known = facts({
      lastRun: ran('2026-11-20T01:00:00Z'),
      settingsChangedAt: at('2026-11-25T09:00:00Z'),
    })

    expect(isDue(berlin('0 2 * * *'), known, at('2026-11-25T09:01:00Z'))).toBe(false)
  })
})

describe('everything is read', () => {
  const now = at('2026-11-25T08:00:00Z')

  test.each([
    ['eight days', '2026-11-17T08:00:00Z', 'full'],
    ['six days', '2026-11-19T08:00:00Z', 'delta'],
  ])('again or not, when the last time is %s ago', (_ago, lastFullReadAt, mode) => {
    expect(modeOf(facts({ hasBeenRead: true, lastFullReadAt: at(lastFullReadAt) }), now)).toBe(mode)
  })

  test('when nobody noted that it ever was', () => {
    expect(modeOf(facts({ hasBeenRead: true }), now)).toBe('full')
  })

  test('by the first run without being told to', () => {
    expect(modeOf(facts(), now)).toBe('delta')
  })
})
