import { editionOf, type Machine } from './machine.ts'
import type { NodeDefinition } from './node.ts'
import { account } from './nodes/account.ts'
import { apps } from './nodes/apps.ts'
import { bitLocker } from './nodes/bit-locker.ts'
import { certificates } from './nodes/certificates.ts'
import { defender } from './nodes/defender.ts'
import { devInfo } from './nodes/dev-info.ts'
import { deviceStatus } from './nodes/device-status.ts'
import { diagnostics } from './nodes/diagnostics.ts'
import { dmClient, dmClientOfUser } from './nodes/dm-client.ts'
import { firewall } from './nodes/firewall.ts'
import { policy } from './nodes/policy.ts'
import { securityActions } from './nodes/security-actions.ts'
import { decodeSegment, encodeSegment } from './path.ts'

/** A place in the tree of all providers. */
export type TreeNode = {
  readonly name: string
  readonly children: Map<string, TreeNode>
  /** The node below for any name. */
  any: TreeNode | undefined
  definition: NodeDefinition | undefined
  readonly parent: TreeNode | undefined
}

/** A node of one PC: the place, and the names that stand for its `{…}`. */
export type Located = {
  readonly node: TreeNode
  readonly names: readonly string[]
  /** From `./Device` or `./User`, in the spelling of the definitions. */
  readonly path: string
}

const all: readonly NodeDefinition[] = [
  ...devInfo,
  ...deviceStatus,
  ...dmClient,
  ...dmClientOfUser,
  ...policy,
  ...bitLocker,
  ...defender,
  ...firewall,
  ...securityActions,
  ...certificates,
  ...apps,
  ...diagnostics,
  ...account,
]

/** All nodes, as their providers define them. */
export const definitions: readonly NodeDefinition[] = all
const root: TreeNode = grow(all)

function makeNode(name: string, parent: TreeNode | undefined): TreeNode {
  return { name, parent, children: new Map(), any: undefined, definition: undefined }
}

function grow(definitions: readonly NodeDefinition[]): TreeNode {
  const top = makeNode('.', undefined)
  for (const definition of definitions) {
    let at = top
    for (const segment of definition.path.split('/').slice(1)) {
      if (segment.startsWith('{')) {
        at.any ??= makeNode(segment, at)
        at = at.any
        continue
      }
      const key = segment.toLowerCase()
      const next = at.children.get(key) ?? makeNode(segment, at)
      at.children.set(key, next)
      at = next
    }
    at.definition = definition
  }
  return top
}

/** Finds the place of a path. @param path as `toFullPath` writes it */
export function locate(path: string): Located | undefined {
  const names: string[] = []
  const spelled = ['.']
  let node = root
  for (const segment of path.split('/').slice(1)) {
    const known = node.children.get(decodeSegment(segment).toLowerCase())
    const next = known ?? node.any
    if (!next || segment === '') return undefined
    if (!known) names.push(decodeSegment(segment))
    spelled.push(known ? known.name : encodeSegment(segment))
    node = next
  }
  return { node, names, path: spelled.join('/') }
}

/** Whether this PC's build has the node. */
export function hasNode(machine: Machine, node: TreeNode): boolean {
  for (let at: TreeNode | undefined = node; at; at = at.parent) {
    const min = at.definition?.min
    if (min !== undefined) return isBuild(machine.profile.osVersion, min)
  }
  return true
}

/** Whether this PC's edition has the node. */
export function isForEdition(machine: Machine, node: TreeNode): boolean {
  for (let at: TreeNode | undefined = node; at; at = at.parent) {
    const editions = at.definition?.editions
    if (editions) return editions.includes(editionOf(machine))
  }
  return true
}

/** Releases that are one another's update: their revisions count on together. */
const families = [
  [19041, 19045],
  [22621, 22631],
] as const

/**
 * Whether a version reaches one of the builds: the first named or later, or an older release in which
 * the node came with an update.
 */
export function isBuild(osVersion: string, min: string): boolean {
  const [, , build = 0, revision = 0] = osVersion.split('.').map(Number)
  return min.split(' ').some((text, index) => {
    const [wanted = 0, wantedRevision = 0] = text.split('.').map(Number)
    const isAkin = families.some(
      ([first, last]) => wanted >= first && build <= last && build >= wanted,
    )
    if (build === wanted || isAkin) return revision >= wantedRevision
    return index === 0 && build > wanted
  })
}
