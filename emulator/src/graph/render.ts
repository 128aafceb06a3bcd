import type { DirectoryObject, Kind } from '../directory/records.ts'
import type { Json } from '../http/reply.ts'
import { isCollection } from './properties.ts'

type JsonItem = Record<string, Json>

/** An object in a list or alone: every selected property is there, null where nothing was set. */
export function renderObject(object: DirectoryObject, names: readonly string[]): JsonItem {
  const item: JsonItem = {}
  for (const name of names) {
    item[name] = propertyOf(object, name) ?? valueOfUnset(object.kind, name)
  }
  return item
}

/** What stands for a property that was never set, where every property is shown. */
function valueOfUnset(kind: Kind, name: string): Json {
  if (isCollection(kind, name)) return []
  return kind === 'user' && name === 'onPremisesExtensionAttributes' ? noExtensionAttributes : null
}

/** Graph shows all fifteen of everybody. */
const noExtensionAttributes: Json = Object.fromEntries(
  Array.from({ length: 15 }, (_, place) => [`extensionAttribute${place + 1}`, null]),
)

/** An object in a delta answer: what was never set is absent, what was cleared is null. */
export function renderSetProperties(object: DirectoryObject, names: Iterable<string>): JsonItem {
  const item: JsonItem = {}
  for (const name of names) {
    const value = propertyOf(object, name)
    if (value !== undefined && name !== 'deletedDateTime') item[name] = value
  }
  item['id'] = object.record.id
  return item
}

/** A reference to a related object. */
export function renderReference(object: DirectoryObject): JsonItem {
  return { '@odata.type': odataType(object), id: object.record.id }
}

export function odataType(object: DirectoryObject): string {
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
