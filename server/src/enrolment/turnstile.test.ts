import { expect, test } from 'vitest'
import { createTurnstile } from './turnstile.ts'

test('so many are inside at once, some wait their turn, and the rest are turned away', async () => {
  const turnstile = createTurnstile({ atOnce: 2, waiting: 1 })
  const doors: (() => void)[] = []
  let inside = 0
  let most = 0
  const visit = () =>
    turnstile.pass(async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise<void>((resolve) => doors.push(resolve))
      inside -= 1
      return 'seen'
    })

  const [first, second, third] = [visit(), visit(), visit()]
  const fourth = await visit()
  doors.shift()?.()
  await first
  // The one who waited is let in within the same turn of the loop.
  await Promise.resolve()
  for (const open of doors.splice(0)) open()

  expect(fourth).toBeUndefined()
  expect(await Promise.all([first, second, third])).toEqual(['seen', 'seen', 'seen'])
  expect(most).toBe(2)
})

test('whoever fails inside makes room all the same', async () => {
  const turnstile = createTurnstile({ atOnce: 1, waiting: 0 })

  await expect(turnstile.pass(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no')

  expect(await turnstile.pass(async () => 1)).toBe(1)
})
