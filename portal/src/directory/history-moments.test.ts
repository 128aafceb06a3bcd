import type { DirectoryChange } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { momentsOf } from './history-moments.ts'

const change = (number: number, run: string | null) =>
  ({ number, run, at: `2026-11-0${number}T08:00:00Z` }) as DirectoryChange

const numbers = (changes: readonly DirectoryChange[]) =>
  momentsOf(changes).map((moment) => moment.changes.map(({ number }) => number))

test('what one run changed is one moment, as late as its newest change', () => {
  const changes = [change(5, 'b'), change(4, 'b'), change(1, 'a')]

  expect(numbers(changes)).toEqual([[5, 4], [1]])
  expect(momentsOf(changes)[0]).toMatchObject({ run: 'b', at: '2026-11-05T08:00:00Z' })
})

test('changes without a run are not taken for one', () => {
  expect(numbers([change(2, null), change(1, null)])).toEqual([[2], [1]])
})
