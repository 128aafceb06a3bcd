import { Slug } from '@mooring/contract/values'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugFrom } from './slug.ts'

test.each([
  ['North School', 'north-school'],
  ['Städtische Häfen Köln', 'staedtische-haefen-koeln'],
  ['  Café & Co. ', 'cafe-co'],
])('%s becomes %s', (name, slug) => {
  expect(slugFrom(name)).toBe(slug)
})

test('a proposal is empty or valid', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const slug = slugFrom(name)
      return slug === '' || Slug.safeParse(slug).success
    }),
  )
})
