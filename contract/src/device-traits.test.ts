import { describe, expect, test } from 'vitest'
import { readTraits, TRAIT_NODES } from './device-traits.ts'

type Node = keyof typeof TRAIT_NODES
const told = (values: Partial<Record<Node, string>>, code = 200) =>
  readTraits(
    Object.fromEntries(
      Object.entries(values).map(([node, value]) => [TRAIT_NODES[node as Node], { value, code }]),
    ),
  )

describe('a device that has told nothing', () => {
  test('has no traits, and none of what an object is born with', () => {
    expect(Object.values(readTraits({}))).toEqual(Object.values(readTraits({})).map(() => null))
    expect(
      readTraits(Object.create({ [TRAIT_NODES.build]: { value: 'x', code: 200 } })).build,
    ).toBe(null)
  })

  test('is not believed to be unsafe where it refused to answer', () => {
    expect(told({ encryption: '0', firewall: '1', tpm: 'Not Supported' }, 404)).toMatchObject({
      encrypted: null,
      firewall: null,
      tpm: null,
    })
  })
})

test.each([
  ['encryption', '1', { encrypted: true }],
  ['encryption', 'false', { encrypted: false }],
  ['secureBoot', '1', { secureBoot: true }],
  ['secureBoot', '2', { secureBoot: false }],
  ['secureBoot', '7', { secureBoot: null }],
  ['firewall', '0', { firewall: true }],
  ['firewall', '2', { firewall: false }],
  ['firewall', '4', { firewall: null }],
  ['antivirus', '0', { antivirus: true }],
  ['antivirus', '3', { antivirus: false }],
  ['antivirusSignatures', '0', { signatures: false }],
  ['signaturesOutdated', 'true', { signatures: false }],
  ['tpm', '2.0, 0, 1.38', { tpm: '2.0' }],
  ['tpm', '1.2, 2, 3', { tpm: '1.2' }],
  ['tpm', 'Not Supported', { tpm: 'none' }],
  ['freeStorage', '310000', { freeStorageMb: 310_000 }],
  ['freeStorage', '99999999999', { freeStorageMb: null }],
  ['freeStorage', '-1', { freeStorageMb: null }],
] as const)('%s "%s" is read as Windows means it', (node, value, traits) => {
  expect(told({ [node]: value })).toMatchObject(traits)
})

test('Defender itself is asked where the security center does not know of an antivirus', () => {
  expect(told({ antivirus: '4', defender: 'true', realTime: 'true' }).antivirus).toBe(true)
  expect(told({ antivirus: '4', defender: 'true', realTime: 'false' }).antivirus).toBe(false)
  // Another maker's is on: that Defender rests is as it should be.
  expect(told({ antivirus: '0', defender: 'false', realTime: 'false' }).antivirus).toBe(true)
})

test('what a device says is kept short, and such that a database takes it', () => {
  const { model } = told({ model: `\u0000${'x'.repeat(299)}\ud83d\ude00` })
  expect(model).toHaveLength(299)
  expect(model?.isWellFormed()).toBe(true)
})
