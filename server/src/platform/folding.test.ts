import { expect, test } from 'vitest'
import { searchQuery, searchWords, sortKey } from './folding.ts'

test('names sort without case and accents', () => {
  const names = ['Zoë', 'Émile', 'emil', 'Åsa', 'Ömer', 'otto']

  const sorted = names.toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1))

  expect(sorted).toEqual(['Åsa', 'emil', 'Émile', 'Ömer', 'otto', 'Zoë'])
})

test('an umlaut is found by both of its spellings', () => {
  const words = searchWords(['Jürgen Müller-Groß', null, 'j.mueller@example.org']).split(' ')

  expect(words).toEqual(
    expect.arrayContaining(['muller', 'mueller', 'juergen', 'gross', 'example']),
  )
})

test('each word is there once', () => {
  expect(searchWords(['Anna Anna', 'anna'])).toBe('anna')
})

test.each(["O'Brien_x-17 (IT)", 'anna.lena@x.example.org', ' '])(
  '%j has the same words beside a letter that has to be folded',
  (text) => {
    expect(`${searchWords([text])} e`.trim()).toBe(searchWords([`${text} é`]))
  },
)

test.each([
  ['anna mül', "'anna':* & 'mul':*"],
  ["o'brien", "'o':* & 'brien':*"],
  ['a:* | b', "'a':* & 'b':*"],
  ['李', "'李':*"],
])('what is typed as %j is searched as %j', (typed, query) => {
  expect(searchQuery(typed)).toBe(query)
})

test.each(['', '  ', "'&|!()", '\u0000'])('typing %j searches for nothing', (typed) => {
  expect(searchQuery(typed)).toBeUndefined()
})

test('a character of two halves is never cut in two', () => {
  const key = sortKey(`${'a'.repeat(399)}🤷`)
  const words = searchWords([`${'a'.repeat(99)}𠀀𠀀`])

  expect([key.isWellFormed(), words.isWellFormed()]).toEqual([true, true])
  expect(searchQuery(`${'a'.repeat(99)}𠀀𠀀`)).toBe(`'${words}':*`)
})
