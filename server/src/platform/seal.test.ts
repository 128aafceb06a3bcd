import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newMasterKey, open, rewrap, SealBroken, seal, toMasterKey } from './seal.ts'

const master = newMasterKey()
const binding = { organization: 'org_1', secretId: 'sec_1', purpose: 'test' }

test('what was sealed opens again, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (value) => {
      const opened = open(master, binding, seal(master, binding, value))
      expect([...opened]).toEqual([...value])
    }),
  )
})

test('the same value is never sealed to the same bytes', () => {
  const value = Buffer.from('secret')
  const [one, two] = [seal(master, binding, value), seal(master, binding, value)]

  expect(one.ciphertext).not.toEqual(two.ciphertext)
  expect(one.wrappedKey).not.toEqual(two.wrappedKey)
})

test.each([
  ['organization', { ...binding, organization: 'org_2' }],
  ['secret', { ...binding, secretId: 'sec_2' }],
  ['purpose', { ...binding, purpose: 'other' }],
  ['split of its parts', { organization: 'org_1","sec_1', secretId: '', purpose: 'test' }],
])('it does not open for another %s', (_what, other) => {
  const sealed = seal(master, binding, Buffer.from('secret'))

  expect(() => open(master, other, sealed)).toThrow(SealBroken)
})

test('it does not open with another key', () => {
  const sealed = seal(master, binding, Buffer.from('secret'))

  expect(() => open(newMasterKey(), binding, sealed)).toThrow(SealBroken)
})

test('it does not open once any of its bits has changed or bytes are missing', () => {
  const sealed = seal(master, binding, Buffer.from('secret'))
  for (const part of ['wrappedKey', 'ciphertext'] as const) {
    for (let index = 0; index < sealed[part].length; index++) {
      const bytes = Uint8Array.from(sealed[part])
      bytes[index] = (bytes[index] ?? 0) ^ 1
      expect(() => open(master, binding, { ...sealed, [part]: bytes })).toThrow(SealBroken)
      const cut = sealed[part].subarray(0, index)
      expect(() => open(master, binding, { ...sealed, [part]: cut })).toThrow(SealBroken)
    }
  }
})

test('wrapped anew, it opens with the new key only, and its own bytes are the same', () => {
  const next = newMasterKey()
  const sealed = seal(master, binding, Buffer.from('secret'))
  const rewrapped = rewrap({ from: master, to: next }, binding, sealed)

  expect(rewrapped.keyId).toBe(next.id)
  expect(rewrapped.ciphertext).toEqual(sealed.ciphertext)
  expect(Buffer.from(open(next, binding, rewrapped)).toString()).toBe('secret')
  expect(() => open(master, binding, rewrapped)).toThrow(SealBroken)
})

test('a master key has 32 bytes', () => {
  expect(() => toMasterKey(Buffer.alloc(31))).toThrow(RangeError)
  expect(toMasterKey(Buffer.alloc(32)).id).toBe('66687aad')
})
