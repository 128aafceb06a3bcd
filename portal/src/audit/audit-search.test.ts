import { expect, test } from 'vitest'
import { isRefined, readAuditSearch, toAuditQuery } from './audit-search.ts'

test('what an address cannot mean is left out', () => {
  const asked = readAuditSearch({
    action: 'no.such',
    outcome: 'maybe',
    from: '2026-13-45',
    to: 'x',
  })

  expect(isRefined(asked)).toBe(false)
  expect(isRefined(readAuditSearch({ cursor: 'abc' }))).toBe(false)
  expect(isRefined(readAuditSearch({ outcome: 'refused' }))).toBe(true)
})

test('the last day is asked for whole', () => {
  const { from, to } = toAuditQuery(readAuditSearch({ from: '2026-11-25', to: '2026-11-25' }))

  expect(from).toBe(new Date(2026, 10, 25).toISOString())
  expect(to).toBe(new Date(2026, 10, 26).toISOString())
})
