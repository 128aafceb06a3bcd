import { describe, expect, test } from 'vitest'
import { steppingClock } from '../platform/clock.ts'
import { createStrangerGate } from './stranger-gate.ts'

const START = new Date('2026-11-02T08:00:00Z')
const HERE = '198.51.100.7'

function open() {
  const clock = steppingClock(START)
  const gate = createStrangerGate(clock, (address) => address)
  const refuse = (times: number, shown: readonly string[] = [], address = HERE) => {
    for (let time = 0; time < times; time += 1) gate.fail(address, () => shown)
  }
  const later = (seconds: number) => clock.set(new Date(clock.now().getTime() + seconds * 1000))
  const admitted = (times: number, shown: readonly string[] = [], address = HERE) =>
    Array.from({ length: times }, () => gate.admits(address, () => shown)).filter(Boolean).length
  return { gate, refuse, later, admitted }
}

describe('a network', () => {
  test('is let through while little is refused', () => {
    const { refuse, admitted } = open()
    refuse(29)
    expect(admitted(100)).toBe(100)
  })

  test('that brings only refusals is slowed for the rest of the minute, and others are not', () => {
    const { refuse, admitted, later } = open()
    refuse(30)
    expect(admitted(100)).toBe(5)
    expect(admitted(100, [], '198.51.100.8')).toBe(100)
    later(1)
    expect(admitted(100)).toBe(5)
    later(60)
    expect(admitted(100)).toBe(100)
  })
})

describe('a device that has proven itself', () => {
  test('is never slowed by its neighbours', () => {
    const { gate, refuse, admitted } = open()
    gate.prove(['known'])
    refuse(1000)
    expect(admitted(1000, ['known'])).toBe(1000)
    expect(admitted(1000, ['stranger'])).toBe(5)
  })

  test('is known for a day, and not for ever', () => {
    const { gate, refuse, admitted, later } = open()
    gate.prove(['known'])
    later(24 * 3600)
    refuse(30)
    expect(admitted(10, ['known'])).toBe(10)
    later(2 * 3600)
    refuse(30)
    expect(admitted(10, ['known'])).toBe(5)
  })

  test('gains nothing for those who only show its certificate', () => {
    const { gate, refuse, admitted } = open()
    gate.prove(['known'])
    refuse(30)
    refuse(30, ['known'])
    expect(admitted(100, ['known'])).toBe(5)
    expect(admitted(100, ['known'], '198.51.100.8')).toBe(100)
  })
})

test('what is counted does not grow for ever: the oldest is forgotten', () => {
  const { refuse, admitted } = open()
  refuse(30)
  expect(admitted(10)).toBe(5)
  for (let number = 0; number < 20_000; number += 1) refuse(1, [], `network ${number}`)
  expect(admitted(10)).toBe(10)
})
