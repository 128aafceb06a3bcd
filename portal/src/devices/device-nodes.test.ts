import { expect, test } from 'vitest'
import type { NodeId } from './device-node.ts'
import { DEVICE_NODES, nodeById, nodeOf } from './device-nodes.ts'
import messages from './messages.en.json' with { type: 'json' }

test('every node has a text, and every text a node', () => {
  expect(DEVICE_NODES.map(({ id }) => id).sort()).toEqual(Object.keys(messages.node).sort())
})

test('no node is there twice', () => {
  expect(new Set(DEVICE_NODES.map(({ uri }) => uri)).size).toBe(DEVICE_NODES.length)
})

test('every node has its place', () => {
  expect(DEVICE_NODES.filter(({ hardware, security }) => !hardware && !security)).toEqual([])
})

test('no word is left over', () => {
  const said = DEVICE_NODES.flatMap(({ read }) => {
    if (read.kind === 'bits') return [read.none, ...Object.values(read.bits)]
    return read.kind === 'state' || read.kind === 'prefix' ? Object.values(read.states) : []
  })

  expect([...new Set(said.map(([, word]) => word))].sort()).toEqual(
    Object.keys(messages.word).sort(),
  )
})

test.each<[string, NodeId | undefined]>([
  ['./Device/Vendor/MSFT/DeviceStatus/SecureBootState', 'secureBoot'],
  ['./Vendor/MSFT/DeviceStatus/SecureBootState', 'secureBoot'],
  ['./device/vendor/msft/devicestatus/securebootstate', 'secureBoot'],
  ['./Vendor/MSFT/devicestatus/securebootstate', 'secureBoot'],
  ['./DevDetail/SwV', 'osBuild'],
  ['./Device/Vendor/MSFT/Other', undefined],
])('%s is %s', (uri, id) => {
  expect(nodeOf(uri)?.id).toBe(id)
})

test('a node is found by its id', () => {
  expect(nodeById('ram').uri).toBe('./DevDetail/Ext/Microsoft/TotalRAM')
})
