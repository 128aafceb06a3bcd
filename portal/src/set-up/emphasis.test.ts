import { expect, test } from 'vitest'
import { readEmphasis } from './emphasis.ts'

test('names are marked, the rest is not', () => {
  expect(readEmphasis('Select **New registration**, then **Register**.')).toEqual([
    { text: 'Select ', strong: false },
    { text: 'New registration', strong: true },
    { text: ', then ', strong: false },
    { text: 'Register', strong: true },
    { text: '.', strong: false },
  ])
})

test('a lone pair of stars is only text', () => {
  expect(readEmphasis('2 ** 3')).toEqual([{ text: '2 ** 3', strong: false }])
})
