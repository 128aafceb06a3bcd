import { expect, test } from 'vitest'
import { isReturnPath } from './return-path.ts'

test.each(['/o/default/overview', '/o/a/people/users?search=x', '/', '/o/a/sign-in-history'])(
  '%s is ours',
  (path) => {
    expect(isReturnPath(path)).toBe(true)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  'o/default',
  '/sign-in?returnTo=/',
  '/o/a/sign-in?returnTo=/',
  '',
  undefined,
])('%s is not followed', (path) => {
  expect(isReturnPath(path)).toBe(false)
})
