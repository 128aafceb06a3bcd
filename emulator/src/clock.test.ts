import { expect, it } from 'vitest'
import { startClock } from './clock.ts'

it('a clock over a base that stands still moves only when told', () => {
  const clock = startClock(() => new Date('2026-11-25T08:00:00Z'))
  const times = [clock.now()]

  clock.advance(90_000)
  times.push(clock.now())
  clock.set(new Date('2027-01-01T00:00:00Z'))
  times.push(clock.now())
  clock.advance(-1000)
  times.push(clock.now())

  expect(times.map((time) => time.toISOString())).toEqual([
    '2026-11-25T08:00:00.000Z',
    '2026-11-25T08:01:30.000Z',
    '2027-01-01T00:00:00.000Z',
    '2026-12-31T23:59:59.000Z',
  ])
})

it('a clock over a running base runs on from where it was set', () => {
  let base = 1000
  const clock = startClock(() => new Date(base))

  clock.set(new Date(50_000))
  base += 250

  expect(clock.now().getTime()).toBe(50_250)
})
