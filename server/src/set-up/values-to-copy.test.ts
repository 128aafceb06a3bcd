import { expect, test } from 'vitest'
import { valuesToCopy } from './values-to-copy.ts'

const server = new URL('https://mdm.example.org/')

test('the terms-of-use URL has the real host, and the discovery URL has no path', () => {
  expect(valuesToCopy('mdm-urls', 'windows', server)).toEqual([
    {
      id: 'terms-of-use',
      value: 'https://mdm.example.org/api/device/v1/windows/termsOfUse',
    },
    { id: 'discovery', value: 'https://mdm.example.org' },
  ])
})

test.each([
  ['application-id-uri', 'https://mdm.example.org'],
  ['redirect-uri', 'https://mdm.example.org'],
  ['domain', 'mdm.example.org'],
] as const)('%s is %s', (step, value) => {
  expect(valuesToCopy(step, 'windows', server)).toEqual([{ id: step, value }])
})

test('a port stays in URLs and is no part of a domain', () => {
  const withPort = new URL('https://mdm.example.org:8443')

  expect(valuesToCopy('redirect-uri', 'windows', withPort)[0]?.value).toBe(
    'https://mdm.example.org:8443',
  )
  expect(valuesToCopy('domain', 'windows', withPort)[0]?.value).toBe('mdm.example.org')
})

test('a plain app registration gets its redirect URI while it is made', () => {
  expect(valuesToCopy('app-registration', 'directory', server)).toEqual([
    { id: 'redirect-uri', value: 'https://mdm.example.org' },
  ])
})
