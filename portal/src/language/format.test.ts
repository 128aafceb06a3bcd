import { expect, test } from 'vitest'
import { formatsOf } from './format.ts'

const now = Date.parse('2026-03-10T12:00:00Z')

test.each([
  ['en', '2026-03-10T11:59:40Z', 'now'],
  ['en', '2026-03-10T11:55:00Z', '5 minutes ago'],
  ['de', '2026-03-10T09:00:00Z', 'vor 3 Stunden'],
  ['de', '2026-03-09T12:00:00Z', 'gestern'],
])('in %s, %s is %s', (language, instant, text) => {
  expect(formatsOf(language).ago(instant, now)).toBe(text)
})

test('durations name at most two units', () => {
  const { duration } = formatsOf('en')

  expect(duration(4_200)).toBe('4.2 sec')
  expect(duration(83_000)).toBe('1 min 23 sec')
  expect(duration(3_720_000)).toBe('1 hr 2 min')
})

test('numbers are grouped as the language does', () => {
  expect(formatsOf('en').number(100_000)).toBe('100,000')
  expect(formatsOf('de').number(100_000)).toBe('100.000')
})

test('words are listed as the language does', () => {
  expect(formatsOf('en').list(['a', 'b', 'c'])).toBe('a, b, and c')
  expect(formatsOf('de').list(['a', 'b', 'c'])).toBe('a, b und c')
})

test('an interval is told in the largest unit that fits', () => {
  expect([15, 90, 120, 1440].map(formatsOf('de').interval)).toEqual([
    '15 Minuten',
    '90 Minuten',
    '2 Stunden',
    '1 Tag',
  ])
})
