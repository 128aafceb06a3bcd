import { expect, test } from 'vitest'
import { createStepUpQueue } from './step-up-queue.ts'

const ROLE = { method: 'POST', path: '/api/v1/organizations/a/role-assignments' } as const
const SECRET = { method: 'PUT', path: '/api/v1/organizations/a/entra/connection' } as const

test('one act is asked for at a time, in their order', async () => {
  const queue = createStepUpQueue()
  const first = queue.prove(ROLE)
  const second = queue.prove(SECRET)

  expect(queue.first()?.act).toEqual(ROLE)
  queue.first()?.settle('stp_1')
  expect(await first).toBe('stp_1')

  expect(queue.first()?.act).toEqual(SECRET)
  queue.first()?.settle(undefined)
  expect(await second).toBeUndefined()
  expect(queue.first()).toBeUndefined()
})

test('whoever draws the dialog hears of every change until they leave', () => {
  const queue = createStepUpQueue()
  const seen: (string | undefined)[] = []
  const leave = queue.subscribe(() => seen.push(queue.first()?.act.path))

  void queue.prove(ROLE)
  queue.first()?.settle(undefined)
  leave()
  void queue.prove(SECRET)

  expect(seen).toEqual([ROLE.path, undefined])
})
