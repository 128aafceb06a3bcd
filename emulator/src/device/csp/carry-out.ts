import { fact, type Machine } from './machine.ts'
import { badArgument, type NodeDefinition, notAllowed, type Outcome, ok } from './node.ts'
import { encodeSegment, isUserScope, toFullPath, toKey } from './path.ts'
import { hasNode, isForEdition, type Located, locate, type TreeNode } from './tree.ts'
import { forget, namesBelow, readWritten, write } from './written.ts'

export type Verb = 'Add' | 'Delete' | 'Exec' | 'Get' | 'Replace'
type Wish = { readonly format: string | undefined; readonly data: string }

/** What a Get found. */
export type Reading = Outcome & {
  /** Path below the node that was asked for; empty: that node. */
  readonly found: readonly {
    readonly below: string
    readonly format: string
    readonly value: string | undefined
  }[]
}

/** Carries out a command that writes or acts. @param uri the LocURI, well-formed */
export function carryOut(
  machine: Machine,
  verb: Exclude<Verb, 'Get'>,
  uri: string,
  wish: Wish,
): Outcome {
  const found = reach(machine, verb, uri)
  if ('status' in found) return found
  switch (verb) {
    case 'Add':
      return add(machine, found, wish)
    case 'Replace':
      return replace(machine, found, wish)
    case 'Delete':
      return remove(machine, found)
    case 'Exec': {
      const format = checkFormat(found.node.definition, wish)
      if (format) return format
      return found.node.definition?.exec?.(machine, wish.data, found.names) ?? ok
    }
  }
}

/**
 * Reads a node: a value, or the names below it.
 *
 * @param query `list=Struct` for the names of all below, `list=StructData` with their values
 */
export function readNode(machine: Machine, uri: string, query: string | undefined): Reading {
  const found = reach(machine, 'Get', uri)
  if ('status' in found) return { ...found, found: [] }
  if (!isThere(machine, found)) return { status: 404, found: [] }
  const isDeep = query !== undefined && /^list=struct(data)?$/i.test(query)
  if (query !== undefined && !isDeep) return readProperty(machine, found, query)
  if (isDeep) {
    const withValues = /data$/i.test(query)
    return { status: 200, found: [...walkDown(machine, found, '', withValues)] }
  }
  if (!isLeaf(found.node)) {
    const value = namesIn(machine, found).map(encodeSegment).join('/')
    return { status: 200, found: [{ below: '', format: 'node', value }] }
  }
  const value = valueIn(machine, found)
  if (value === undefined) return { status: 404, found: [] }
  return { status: 200, found: [{ below: '', format: formatOf(found, value), value }] }
}

/** The value as the PC would report it. */
export function valueAt(machine: Machine, uri: string): string | undefined {
  const found = locate(toFullPath(uri))
  return found && valueIn(machine, found)
}

/** Finds the node, or says why not: unknown, refused by a test, not for this verb. */
function reach(machine: Machine, verb: Verb, uri: string): Located | Outcome {
  const path = toFullPath(uri)
  if (isUserScope(path) && fact(machine, 'signedIn') !== 'user')
    return { status: fact(machine, 'withoutUser') }
  const found = locate(path)
  if (!found || !hasNode(machine, found.node)) return { status: 404 }
  const refusal = machine.state.refusals[toKey(found.path)]
  if (refusal) return refusal
  if (!isForEdition(machine, found.node)) return notAllowed
  // Somebody else's provider: the access list does not name us.
  const foreign = /^\.\/Device\/Vendor\/MSFT\/DMClient\/Provider\/([^/]+)/i.exec(found.path)?.[1]
  const own = machine.enrolment?.account.providerId
  if (foreign !== undefined && own !== undefined && found.names[0] !== own)
    return { status: verb === 'Get' ? 404 : 425 }
  const letter = { Add: 'A', Delete: 'D', Exec: 'X', Get: 'G', Replace: 'R' }[verb]
  const access = found.node.definition?.access ?? 'G'
  return access.includes(letter) ? found : { status: 405 }
}

function add(machine: Machine, found: Located, wish: Wish): Outcome {
  const isWritten = readWritten(machine, found.path) !== undefined
  const isListed = !isLeaf(found.node) && isThere(machine, found)
  if (isWritten || isListed) return { status: 418 }
  return replace(machine, found, wish)
}

function replace(machine: Machine, found: Located, wish: Wish): Outcome {
  const { definition } = found.node
  const refusal = checkFormat(definition, wish) ?? checkValue(definition, wish.data)
  if (refusal) return refusal
  const before = machine.state.written[toKey(found.path)]
  if (definition?.keeps !== false) write(machine, found.path, wish.data)
  const outcome = definition?.onWrite?.(machine, wish.data, found.names) ?? ok
  if (outcome.status < 300) return outcome
  delete machine.state.written[toKey(found.path)]
  if (before) machine.state.written[toKey(found.path)] = before
  return outcome
}

function remove(machine: Machine, found: Located): Outcome {
  const isListed = !isLeaf(found.node) && isThere(machine, found)
  const count = forget(machine, found.path)
  if (count === 0 && !isListed) return { status: 404 }
  return found.node.definition?.onWrite?.(machine, undefined, found.names) ?? ok
}

function checkFormat(definition: NodeDefinition | undefined, wish: Wish): Outcome | undefined {
  const wanted = definition?.format ?? 'node'
  const isFree = wanted === 'null' || wish.format === undefined
  // A value of no format: a number and a text are written alike, and XML is text.
  const isAlike = wanted === wish.format || (wanted === 'xml' && wish.format === 'chr')
  return isFree || isAlike ? undefined : { status: 415 }
}

const patterns: Readonly<Record<string, RegExp>> = {
  int: /^-?\d+$/,
  bool: /^(true|false)$/i,
  b64: /^[A-Za-z0-9+/\s]*={0,2}\s*$/,
}

function checkValue(definition: NodeDefinition | undefined, data: string): Outcome | undefined {
  if (!definition) return undefined
  const { format, range, values } = definition
  if (patterns[format]?.test(data) === false) return badArgument
  if (values && !values.includes(data)) return badArgument
  const isOutside = range && !(Number(data) >= range[0] && Number(data) <= range[1])
  return isOutside ? badArgument : undefined
}

function isLeaf({ definition }: TreeNode): boolean {
  return definition !== undefined && definition.format !== 'node'
}

function valueIn(machine: Machine, { node, names, path }: Located): string | undefined {
  const { definition } = node
  return readWritten(machine, path) ?? definition?.read?.(machine, names) ?? definition?.initial
}

/** The format told with a value: a policy's is that of its kind. */
function formatOf({ node }: Located, value: string): string {
  const format = node.definition?.format ?? 'node'
  if (format !== 'null') return format
  return /^-?\d+$/.test(value) ? 'int' : 'chr'
}

/** Whether the nodes with chosen names on the way are there. */
function isThere(machine: Machine, { node, names, path }: Located): boolean {
  let at: TreeNode | undefined = node
  let segments = path.split('/')
  let left = names.length
  while (at?.parent) {
    if (at.parent.any === at) {
      const name = names[--left] ?? ''
      const listed = at.definition?.list?.(machine, names.slice(0, left)) ?? []
      const isListed = listed.some((each) => each.toLowerCase() === name.toLowerCase())
      const here = segments.join('/')
      const isWritten =
        readWritten(machine, here) !== undefined || namesBelow(machine, here).length > 0
      if (!isListed && !isWritten) return false
    }
    at = at.parent
    segments = segments.slice(0, -1)
  }
  return true
}

/** The names below an interior node. */
function namesIn(machine: Machine, { node, names, path }: Located): string[] {
  const fixed = [...node.children.values()]
    .filter((child) => hasNode(machine, child) && isForEdition(machine, child))
    .filter((child) =>
      isShown(machine, child, { node: child, names, path: `${path}/${child.name}` }),
    )
    .map(({ name }) => name)
  const chosen = node.any
    ? [...(node.any.definition?.list?.(machine, names) ?? []), ...namesBelow(machine, path)]
    : []
  const known = new Map([...fixed, ...chosen].map((name) => [name.toLowerCase(), name]))
  return [...known.values()]
}

/** A value that is not set is not listed; nor is a node that a server adds, until it did. */
function isShown(machine: Machine, child: TreeNode, at: Located): boolean {
  const access = child.definition?.access ?? 'G'
  if (isLeaf(child)) return access.includes('X') || valueIn(machine, at) !== undefined
  return !access.includes('A') || namesBelow(machine, at.path).length > 0
}

function* walkDown(
  machine: Machine,
  at: Located,
  below: string,
  withValues: boolean,
): Generator<Reading['found'][number]> {
  if (isLeaf(at.node)) {
    const value = valueIn(machine, at)
    if (value === undefined || !at.node.definition?.access.includes('G')) return
    yield { below, format: formatOf(at, value), value: withValues ? value : undefined }
    return
  }
  yield { below, format: 'node', value: undefined }
  for (const name of namesIn(machine, at)) {
    const next = locate(`${at.path}/${encodeSegment(name)}`)
    if (next) yield* walkDown(machine, next, `${below}/${encodeSegment(name)}`, withValues)
  }
}

/** `prop=Format`, `prop=Type`, `prop=Name`; others are not supported. */
function readProperty(machine: Machine, found: Located, query: string): Reading {
  const property = /^prop=(\w+)$/i.exec(query)?.[1]?.toLowerCase()
  const value = isLeaf(found.node) ? valueIn(machine, found) : ''
  if (value === undefined) return { status: 404, found: [] }
  const values: Readonly<Record<string, string>> = {
    format: isLeaf(found.node) ? formatOf(found, value) : 'node',
    type: 'text/plain',
    name: found.path.split('/').at(-1) ?? '',
  }
  const told = property === undefined ? undefined : values[property]
  if (told === undefined) return { status: 406, found: [] }
  return { status: 200, found: [{ below: '', format: 'chr', value: told }] }
}
