import { expect, test } from 'vitest'
import { effectsOf } from './preview-effects.ts'

const none = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }

test('what would happen is told, losses first, and nothing else', () => {
  const counts = {
    users: { ...none, created: 3, removed: 12 },
    groups: none,
    devices: none,
    memberships: { added: 1, removed: 4 },
  }

  expect(effectsOf(counts)).toEqual([
    ['removedUsers', 12],
    ['addedUsers', 3],
    ['memberships', 5],
  ])
})
