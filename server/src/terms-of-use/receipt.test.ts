import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeReceipt, type Receipt, writeReceipt } from './receipt.ts'

const KEY = new Uint8Array(32).fill(7)
const OTHER_KEY = new Uint8Array(32).fill(8)
const NOW = new Date('2026-11-25T08:00:00Z')
const RECEIPT: Receipt = {
  v: 1,
  tid: '11111111-2222-3333-4444-555555555555',
  oid: '01234567-89ab-cdef-0123-456789abcdef',
  join: true,
  request: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  iat: NOW.getTime() / 1000,
}
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

test('a receipt comes back as it went, short and safe in an address', () => {
  const blob = writeReceipt(RECEIPT, KEY)

  expect(blob).toMatch(/^[\w.-]{1,1023}$/)
  expect(judgeReceipt(blob, KEY, NOW)).toEqual({ kind: 'good', receipt: RECEIPT })
})

test('it is good for a day, and not from the future', () => {
  const blob = writeReceipt(RECEIPT, KEY)
  const old = { kind: 'refused', reason: 'receiptOld' }

  expect(judgeReceipt(blob, KEY, at(24 * 3600))).toMatchObject({ kind: 'good' })
  expect(judgeReceipt(blob, KEY, at(24 * 3600 + 1))).toEqual(old)
  expect(judgeReceipt(blob, KEY, at(-301))).toEqual(old)
})

test('another organization’s key signs nothing here', () => {
  const blob = writeReceipt(RECEIPT, OTHER_KEY)

  expect(judgeReceipt(blob, KEY, NOW)).toEqual({ kind: 'refused', reason: 'receiptForged' })
})

test('one changed character spoils it, and whatever else comes is refused without a crash', () => {
  const blob = writeReceipt(RECEIPT, KEY)
  const place = fc.nat({ max: blob.length - 1 })
  fc.assert(
    fc.property(place, fc.constantFrom('A', 'b', '0', '.', '=', ' '), (index, character) => {
      fc.pre(blob[index] !== character)
      const changed = blob.slice(0, index) + character + blob.slice(index + 1)

      expect(judgeReceipt(changed, KEY, NOW).kind).toBe('refused')
    }),
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), (text) => {
      expect(judgeReceipt(text, KEY, NOW).kind).toBe('refused')
    }),
  )
})
