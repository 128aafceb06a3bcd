import { expect, test } from 'vitest'
import type { OrganizationId } from '../platform/organization-id.ts'
import { KeptCounts } from './kept-counts.ts'

const first: OrganizationId = 'org_first'
const second: OrganizationId = 'org_second'

/** Counts how often it is asked. */
function counting(...answers: number[]) {
  const told = { times: 0 }
  const count = async () => answers[told.times++] ?? 0
  return { told, count }
}

test('a count is made once for as long as the directory stays as it is', async () => {
  const counts = new KeptCounts()
  const { told, count } = counting(5, 6)

  const both = [
    await counts.one({ organization: first, version: '1' }, 'users', count),
    await counts.one({ organization: first, version: '1' }, 'users', count),
  ]
  const later = await counts.one({ organization: first, version: '2' }, 'users', count)

  expect(both).toEqual([5, 5])
  expect(later).toBe(6)
  expect(told.times).toBe(2)
})

test('nobody is told the count of another organization', async () => {
  const counts = new KeptCounts()
  const { count } = counting(5, 6)
  await counts.one({ organization: first, version: '1' }, 'users', count)

  expect(await counts.one({ organization: second, version: '1' }, 'users', count)).toBe(6)
  expect(await counts.recall(second, 'groups')).toBeUndefined()
})

test('without a version every count is made anew', async () => {
  const counts = new KeptCounts()
  const { count } = counting(5, 6)
  const at = { organization: first, version: undefined }
  await counts.one(at, 'users', count)

  expect(await counts.one(at, 'users', count)).toBe(6)
})

test('a count that failed is made again by the next who asks', async () => {
  const counts = new KeptCounts()
  const at = { organization: first, version: '1' }
  const failing = counts.one(at, 'users', () => Promise.reject(new Error('no database')))
  await expect(failing).rejects.toThrow('no database')

  expect(await counts.one(at, 'users', async () => 7)).toBe(7)
})

test('of many only those are counted that are not known, and all together', async () => {
  const counts = new KeptCounts()
  const at = { organization: first, version: '1' }
  await counts.one(at, 'a', async () => 1)
  const asked: (readonly string[])[] = []

  const found = await counts.many(at, ['a', 'b', 'c'], async (names) => {
    asked.push(names)
    return new Map([['b', 2]])
  })

  expect(asked).toEqual([['b', 'c']])
  expect([...found]).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 0],
  ])
})
