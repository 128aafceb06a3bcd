import { expect, test } from 'vitest'
import { buildNumber, lastOfBuild } from './build-number.ts'

const number = (build: string) => buildNumber(build) ?? Number.NaN

test('builds sort as numbers, not as text', () => {
  expect(number('10.0.26100.900')).toBeLessThan(number('10.0.26100.4349'))
  expect(number('10.0.9600')).toBeLessThan(number('10.0.19045.1'))
  expect(number('10.0.26100.4349')).toBeLessThan(number('11.0.1.0'))
})

test('a build may be written without its beginning', () => {
  expect(buildNumber('26100.4349')).toBe(buildNumber('10.0.26100.4349'))
  expect(buildNumber('26100')).toBe(buildNumber('10.0.26100.0'))
})

test('the last of a build takes in its updates, unless one is named', () => {
  expect(lastOfBuild('26100')).toBe(buildNumber('10.0.26100.99999'))
  expect(lastOfBuild('10.0.26100')).toBe(buildNumber('10.0.26100.99999'))
  expect(lastOfBuild('26100.4349')).toBe(buildNumber('26100.4349'))
  expect(lastOfBuild('10.0.26100.4349')).toBe(buildNumber('26100.4349'))
})

test.each(['', 'Windows', '10', '10.0', '1.2.3.4.5', '26100.', '1234567', '-1'])(
  '"%s" is no build that is mistaken for another',
  (text) => {
    const found = buildNumber(text)
    expect(found === undefined || found < number('10.0.19041')).toBe(true)
  },
)
