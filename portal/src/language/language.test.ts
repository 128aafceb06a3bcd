import { expect, test } from 'vitest'
import { pickLanguage } from './language.ts'

test.each([
  [['de-AT', 'en'], 'de'],
  [['fr', 'de-DE'], 'de'],
  [['EN-us'], 'en'],
  [['fr', 'nl'], 'en'],
  [[], 'en'],
])('of the wishes %j the portal speaks %s', (wishes, language) => {
  expect(pickLanguage(wishes)).toBe(language)
})
