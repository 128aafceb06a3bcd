import type { Directory } from '../directory/directory.ts'
import type { DirectoryObject, Kind } from '../directory/records.ts'
import type { Json } from '../http/reply.ts'
import { isCollection } from './properties.ts'
import { remembering } from './written.ts'

type JsonItem = Record<string, Json>

/** An object in a list or alone: every selected property is there, null where nothing was set. */
export function renderObject(object: DirectoryObject, names: readonly string[]): JsonItem {
  const item = startItem(names)
  for (const name of names) item[name] = propertyOf(object, name) ?? valueOfUnset(object.kind, name)
  return item as JsonItem // every name has a value now
}

/** The properties of an object in a list, as the inside of a JSON object. */
export const writeProperties = remembering((object, names) =>
  JSON.stringify(renderObject(object, names)),
)

/** The same in a delta answer: what was never set is absent, what was cleared is null. */
export const writeSetProperties = remembering((object, names) => {
  const item = startItem(names)
  for (const name of names)
    item[name] = name === 'deletedDateTime' ? undefined : propertyOf(object, name)
  item['id'] = object.record.id
  return JSON.stringify(item)
})

/**
 * An object with these names and no values yet. Copying one whose shape is known and filling it is
 * half as dear as letting it grow.
 */
function startItem(names: readonly string[]): Record<string, Json | undefined> {
  let empty = empties.get(names)
  if (!empty) {
    empty = Object.fromEntries(names.map((name) => [name, undefined]))
    empties.set(names, empty)
  }
  return { ...empty }
}

const empties = new WeakMap<readonly string[], Record<string, undefined>>()

/** What stands for a property that was never set, where every property is shown. */
function valueOfUnset(kind: Kind, name: string): Json {
  if (isCollection(kind, name)) return []
  return kind === 'user' && name === 'onPremisesExtensionAttributes' ? noExtensionAttributes : null
}

/** Graph shows all fifteen of everybody. */
const noExtensionAttributes: Json = Object.fromEntries(
  Array.from({ length: 15 }, (_, place) => [`extensionAttribute${place + 1}`, null]),
)

/**
 * Writes references to related objects, remembered by handle: they never change, and a large
 * directory has millions.
 */
export function referenceWriter(directory: Directory): (object: DirectoryObject) => string {
  const known = references.get(directory) ?? []
  references.set(directory, known)
  return (object) => {
    const text = known[object.handle]
    if (text !== undefined) return text
    const written = JSON.stringify({ '@odata.type': odataType(object), id: object.record.id })
    known[object.handle] = written
    return written
  }
}

const references = new WeakMap<Directory, string[]>()

/** A reference to something that is related no longer: the reason is "deleted", whatever happened. */
export function writeRemoved(reference: string): string {
  return `${reference.slice(0, -1)},"@removed":{"reason":"deleted"}}`
}

function odataType(object: DirectoryObject): string {
  return `#microsoft.graph.${object.kind}`
}

/** The raw value of a property; undefined when it was never set. */
export function propertyOf(object: DirectoryObject, name: string): Json | undefined {
  if (name === 'deletedDateTime') {
    return object.deletedAt ? `${object.deletedAt.toISOString().slice(0, 19)}Z` : null
  }
  if (name === 'userPrincipalName' && object.kind === 'user' && object.state === 'soft-deleted') {
    // A soft-deleted user's name gets the object id as prefix, which frees the name for others.
    return object.record.id.replaceAll('-', '') + object.record.userPrincipalName
  }
  // The records hold nothing but JSON values, by their types in records.ts.
  return (object.record as unknown as Record<string, Json | undefined>)[name]
}
