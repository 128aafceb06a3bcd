import { expect, test } from 'vitest'
import { steppingClock } from '../platform/clock.ts'
import { createAddressGate, type Failures } from './address-gate.ts'

/** Two processes that share their counts as soon as they are told to. */
function twoProcesses() {
  const clock = steppingClock(new Date('2026-11-25T08:00:00Z'))
  const totals = new Map<string, number>()
  const written: (readonly Failures[])[] = []
  const share = async (counted: readonly Failures[]) => {
    written.push(counted)
    return counted.map(({ network, minute, count }) => {
      const key = `${network} ${minute}`
      totals.set(key, (totals.get(key) ?? 0) + count)
      return totals.get(key) ?? 0
    })
  }
  const pauses: (() => void)[] = []
  const pause = () => new Promise<void>((resolve) => pauses.push(resolve))
  const open = () => createAddressGate({ clock, networkOf: (address) => address, share, pause })
  const settle = async () => {
    for (const go of pauses.splice(0)) go()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, written, settle, one: open(), other: open() }
}

const times = (count: number, work: () => void) => {
  for (let done = 0; done < count; done += 1) work()
}

test('what fails is counted and what succeeds is not, network by network and minute by minute', () => {
  const { one, clock } = twoProcesses()

  times(500, () => expect(one.admits('192.0.2.1')).toBe(true))
  times(30, () => one.fail('192.0.2.1'))
  expect(one.admits('192.0.2.1')).toBe(false)
  expect(one.admits('192.0.2.2')).toBe(true)
  clock.set(new Date('2026-11-25T08:01:00Z'))
  expect(one.admits('192.0.2.1')).toBe(true)
})

test('the more people prove themselves behind an address, the more may fail there', () => {
  const { one, clock } = twoProcesses()
  times(2, () => one.prove('192.0.2.1'))

  times(69, () => one.fail('192.0.2.1'))
  expect(one.admits('192.0.2.1')).toBe(true)
  one.fail('192.0.2.1')
  expect(one.admits('192.0.2.1')).toBe(false)
  clock.set(new Date('2026-11-25T09:01:01Z'))
  times(30, () => one.fail('192.0.2.1'))
  expect(one.admits('192.0.2.1')).toBe(false)
})

test('processes share one limit, and write once a pause however much fails', async () => {
  const { one, other, written, settle } = twoProcesses()

  times(20, () => one.fail('192.0.2.1'))
  await settle()
  await settle()
  times(9, () => other.fail('192.0.2.1'))
  await settle()
  await settle()
  expect(other.admits('192.0.2.1')).toBe(true)
  other.fail('192.0.2.1')
  await settle()
  await settle()

  expect(other.admits('192.0.2.1')).toBe(false)
  // The first is told at once, what came during its pause together.
  expect(written.map(([counted]) => counted?.count)).toEqual([1, 19, 1, 8, 1])
})

test('whoever comes from a new address each time has few of them written, and the worst one always', async () => {
  const { one, other, written, settle } = twoProcesses()
  one.fail('192.0.2.9')
  await settle()

  for (let number = 0; number < 5000; number += 1) one.fail(`10.0.${number >> 8}.${number & 255}`)
  times(30, () => one.fail('192.0.2.1'))
  await settle()
  await settle()
  other.fail('192.0.2.1')
  await settle()

  expect(written.map(({ length }) => length)).toEqual([1, 50, 1])
  expect(other.admits('192.0.2.1')).toBe(false)
})
