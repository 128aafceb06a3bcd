import type { DeviceNode, NodeId } from './device-node.ts'
import { HARDWARE_NODES } from './hardware-nodes.ts'
import { SECURITY_NODES } from './security-nodes.ts'

/** Every node that has a plain name, in the order in which it is shown. */
export const DEVICE_NODES: readonly DeviceNode[] = [...HARDWARE_NODES, ...SECURITY_NODES]

/** `./Device/Vendor/…` and `./Vendor/…` are the same node. */
export const plainUri = (uri: string) => uri.replace(/^\.\/Device\//i, './')

const byUri = new Map(DEVICE_NODES.map((node) => [node.uri.toLowerCase(), node]))
const byId = new Map(DEVICE_NODES.map((node) => [node.id, node]))

/** The node that a device means, if it has a plain name. */
export const nodeOf = (uri: string) => byUri.get(plainUri(uri).toLowerCase())

export function nodeById(id: NodeId): DeviceNode {
  const node = byId.get(id)
  // The table and the texts have the same ids: a test sees to it.
  if (!node) throw new Error(`no node is called ${id}`)
  return node
}
