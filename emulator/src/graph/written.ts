import type { DirectoryObject } from '../directory/records.ts'

/** Writes properties of an object as a JSON object. */
type Write = (object: DirectoryObject, names: readonly string[]) => string

/** What was written of one selection, by handle; a later revision of the object outdates it. */
type Shelf = { readonly pieces: (Buffer | undefined)[]; readonly revisions: number[] }

/** Selections that are remembered: each may hold the bytes of a whole directory. */
const maxShelves = 6

/**
 * Remembers what a writer wrote, so that nothing is written twice: clients ask for the same
 * properties of the same objects again and again, and writing them is most of a page's price.
 *
 * @param owner whose handles these are; its shelves go when it goes
 */
export function remembering(write: Write): (owner: object, ...of: Parameters<Write>) => Buffer {
  const all = new WeakMap<object, Map<string, Shelf>>()
  let last: { owner: object; names: readonly string[]; kind: string; shelf: Shelf } | undefined

  function shelfOf(owner: object, names: readonly string[], kind: string): Shelf {
    if (last?.owner === owner && last.names === names && last.kind === kind) return last.shelf
    const shelves = all.get(owner) ?? new Map<string, Shelf>()
    all.set(owner, shelves)
    const key = `${kind} ${names}`
    const shelf = shelves.get(key) ?? { pieces: [], revisions: [] }
    // The one that is asked for moves to the end; the first is the one not asked for longest.
    shelves.delete(key)
    shelves.set(key, shelf)
    for (const oldest of shelves.keys()) if (shelves.size > maxShelves) shelves.delete(oldest)
    last = { owner, names, kind, shelf }
    return shelf
  }

  return (owner, object, names) => {
    const { pieces, revisions } = shelfOf(owner, names, object.kind)
    const known = pieces[object.handle]
    if (known !== undefined && revisions[object.handle] === object.revision) return known
    // Without the braces: what belongs to the item as well comes before or after it.
    const piece = Buffer.from(write(object, names)).subarray(1, -1)
    pieces[object.handle] = piece
    revisions[object.handle] = object.revision
    return piece
  }
}
