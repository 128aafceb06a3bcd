import type { DirectoryChange } from '@mooring/contract/directory'
import type { StoredChange } from './changes-store.ts'
import type { ObjectName } from './object-names-store.ts'

type Names = ReadonlyMap<string, ObjectName>

/** The Entra ids of what changes speak of and do not name themselves. */
export function idsToName(changes: readonly StoredChange[]): ReadonlySet<string> {
  const ids = changes.flatMap(({ entraId, objectId, name, memberEntraId }) => [
    objectId === null || name === null ? entraId : null,
    memberEntraId,
  ])
  return new Set(ids.filter((id) => id !== null))
}

/**
 * A change as the API tells of it.
 *
 * @param names present names and ids, where the change has none of its own.
 */
export function toDirectoryChange(change: StoredChange, names: Names): DirectoryChange {
  const entraId = change.entraId ?? ''
  return {
    number: change.number,
    at: change.at.toISOString(),
    run: change.runId,
    // Rows of streams are left out by the store, or told by `toFirstEntry`.
    object: change.object as DirectoryChange['object'],
    change: change.change as DirectoryChange['change'],
    entraId,
    id: change.objectId ?? names.get(entraId)?.id ?? null,
    name: change.name ?? names.get(entraId)?.name ?? null,
    member: toMember(change, names),
    reason: change.reason as DirectoryChange['reason'],
    fields: toFields(change),
  }
}

function toMember(change: StoredChange, names: Names): DirectoryChange['member'] {
  const { memberEntraId: entraId, memberKind } = change
  if (entraId === null) return null
  const known = names.get(entraId)
  return {
    kind: (memberKind ?? 'other') as NonNullable<DirectoryChange['member']>['kind'], // as Graph has them
    entraId,
    id: known?.id ?? null,
    name: known?.name ?? null,
  }
}

/** Field by field; a field that was never a pair of texts is not told. */
function toFields({ fields }: StoredChange): DirectoryChange['fields'] {
  return Object.entries(fields ?? {}).map(([name, [before, after]]) => ({ name, before, after }))
}

/**
 * The first entry in the history of an object that came with the first load. That load is one row
 * for everything; when the object came is in the object's own row.
 */
export function toFirstEntry(
  loaded: StoredChange,
  row: {
    readonly object: 'user' | 'group'
    readonly entraId: string
    readonly id: string
    readonly name: string
    readonly createdAt: Date
  },
): DirectoryChange {
  return {
    number: loaded.number,
    at: row.createdAt.toISOString(),
    run: loaded.runId,
    object: row.object,
    change: 'created',
    entraId: row.entraId,
    id: row.id,
    name: row.name,
    member: null,
    reason: null,
    fields: [],
  }
}
