import { badRequest, notInDirectory } from './graph-error.ts'
import { type GraphType, propertyTables } from './properties.ts'

/** What a client selected: properties of the object itself, and relationships (delta only). */
export type Selection = {
  readonly names: readonly string[]
  readonly relations: ReadonlySet<string>
  /** The text for @odata.context; undefined without $select. */
  readonly text: string | undefined
}

/**
 * Reads $select. Without it the usual properties of the type come, and for groups the members.
 *
 * @param single a single object can also show what is kept outside the directory (as null here)
 * @throws GraphError 400 for an unknown property, 501 for one that is kept outside the directory
 */
export function readSelect(type: GraphType, text: string | undefined, single = false): Selection {
  const key = `${type} ${single} ${text}`
  const known = recent.get(key)
  if (known) return known
  const selection = parseSelect(type, text, single)
  if (recent.size >= maxRecent) recent.clear()
  recent.set(key, selection)
  return selection
}

/** A client sends the same one with every page. */
const recent = new Map<string, Selection>()
const maxRecent = 100

function parseSelect(type: GraphType, text: string | undefined, single: boolean): Selection {
  const table = propertyTables[type]
  if (text === undefined || text.trim() === '') {
    return {
      names: table.usual,
      relations: new Set(type === 'group' ? ['members'] : []),
      text: undefined,
    }
  }
  const names = new Set<string>()
  const relations = new Set<string>()
  for (const wanted of text.split(',').map((name) => name.trim())) {
    if (wanted === '*') for (const name of table.usual) names.add(name)
    else if (table.relations.includes(wanted)) relations.add(wanted)
    else names.add(checkProperty(type, wanted, single))
  }
  return { names: [...new Set([...names, 'id'])], relations, text }
}

function checkProperty(type: GraphType, wanted: string, single: boolean): string {
  const table = propertyTables[type]
  const isWanted = (name: string) => name.toLowerCase() === wanted.toLowerCase()
  const found = table.usual.find(isWanted) ?? table.onRequest.find(isWanted)
  if (found !== undefined) return found
  const elsewhere = table.elsewhere.find(isWanted)
  if (elsewhere === undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${wanted}' on type 'microsoft.graph.${type}'.`,
    )
  }
  if (!single) throw notInDirectory()
  return elsewhere
}
