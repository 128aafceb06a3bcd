import { expect, test } from 'vitest'
import { createBatches, createSharedLook } from './batches.ts'

/** Work that goes on when it is told to. */
function gatedWork() {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const ask = createBatches(async (items: readonly number[]) => {
    batches.push([...items])
    await new Promise<void>((resolve) => gates.push(resolve))
    if (items.includes(13)) throw new Error('thirteen')
    return items.map((item) => item * 2)
  })
  const open = async () => {
    gates.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { batches, ask, open }
}

test('whoever comes while a batch is under way is in the next one, never in this', async () => {
  const { batches, ask, open } = gatedWork()

  const answers = Promise.all([ask(1), ask(2), ask(3)])
  await open()
  await open()

  expect(await answers).toEqual([2, 4, 6])
  expect(batches).toEqual([[1], [2, 3]])
})

test('what fails together is tried one by one, and only the bad one fails', async () => {
  const { batches, ask, open } = gatedWork()

  const answers = Promise.allSettled([ask(1), ask(2), ask(13)])
  for (let step = 0; step < 4; step += 1) await open()

  const [, second, bad] = await answers
  expect(second).toEqual({ status: 'fulfilled', value: 4 })
  expect(bad).toMatchObject({ status: 'rejected' })
  expect(batches).toEqual([[1], [2, 13], [2], [13]])
})

test('one thing is looked up once for all who ask at the same time', async () => {
  const looks: string[] = []
  const look = createSharedLook(async (key: string) => {
    looks.push(key)
    await new Promise((resolve) => setImmediate(resolve))
    return key.toUpperCase()
  })

  const found = await Promise.all(['a', 'b', 'b', 'c', 'b'].map(look))

  expect(found).toEqual(['A', 'B', 'B', 'C', 'B'])
  expect(looks).toEqual(['a', 'b', 'c'])
})

test('batches begin so far apart, and whoever waits for that is done together with others', async () => {
  const begun: { at: number; items: readonly number[] }[] = []
  const ask = createBatches(
    async (items: readonly number[]) => {
      begun.push({ at: performance.now(), items })
      return items
    },
    { apartMs: 30 },
  )

  await ask(1)
  await Promise.all([ask(2), ask(3)])

  expect(begun.map(({ items }) => items)).toEqual([[1], [2, 3]])
  const [first, second] = begun.map(({ at }) => at)
  // Timers may be a millisecond early.
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(28)
})
