import { expect, test } from 'vitest'
import { findSecretFault } from './secret-check.ts'

test.each([
  ['', undefined],
  ['aB~8Q~x+/=&%', undefined],
  [' aB~8Q~x', 'hasBlanks'],
  ['aB~8Q~x\n', 'hasBlanks'],
  ['0f8fad5b-d9cb-469f-a165-70867728950e', 'isAnId'],
  [' 0F8FAD5B-D9CB-469F-A165-70867728950E ', 'isAnId'],
])('the text %j has the fault %s', (text, fault) => {
  expect(findSecretFault(text)).toBe(fault)
})
