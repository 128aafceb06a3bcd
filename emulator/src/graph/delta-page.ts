import type { Directory } from '../directory/directory.ts'
import type { MemberList } from '../directory/member-list.ts'
import type { ItemsWriter } from '../http/items-writer.ts'
import type { Round, RoundEntry } from './delta-round.ts'
import { referenceWriter, writeRemoved, writeSetProperties } from './render.ts'
import type { Selection } from './select.ts'

/** Where a round stands. Groups in `open` have told their members up to an offset. */
export type Cursor = {
  readonly next: number
  readonly open: readonly (readonly [position: number, offset: number])[]
  /** Entries that come once more on the next page. */
  readonly again: readonly number[]
}

export const startOfRound: Cursor = { next: 0, open: [], again: [] }

export type PageLimits = {
  readonly objects: number
  readonly memberSlice: number
  readonly membersPerPage: number
  readonly openGroups: number
  readonly duplicateEvery: number
}

export type PageView = {
  readonly directory: Directory
  readonly selection: Selection
  readonly minimal: boolean
  readonly isHidden: (entry: RoundEntry) => boolean
  readonly isWanted: (entry: RoundEntry) => boolean
}

/**
 * Writes the items of one page: first another slice of the members of every open group, then new objects.
 * Returns the next cursor, or undefined when the round is complete.
 */
export function fillPage(
  round: Round,
  cursor: Cursor,
  limits: PageLimits,
  view: PageView,
  items: ItemsWriter,
): Cursor | undefined {
  const write = entryWriter(view, items)
  const before = items.count
  const open: [number, number][] = []
  const again: number[] = []
  let membersLeft = limits.membersPerPage

  function tell(position: number, entry: RoundEntry, offset: number): void {
    const positions = hasMembers(entry, view) ? entry.memberPositions : 0
    const end = Math.min(positions, offset + Math.min(limits.memberSlice, membersLeft))
    write(entry, offset, end)
    membersLeft -= end - offset
    if (end < positions) open.push([position, end])
  }

  for (const position of cursor.again) {
    const entry = round.entry(position)
    if (entry && isTold(entry, view)) write(entry, 0, 0)
  }
  for (const [position, offset] of cursor.open) {
    const entry = round.entry(position)
    if (!entry) continue
    if (membersLeft > 0) tell(position, entry, offset)
    else open.push([position, offset])
  }
  let next = cursor.next
  while (
    next < round.length &&
    items.count - before < limits.objects &&
    membersLeft > 0 &&
    open.length < limits.openGroups
  ) {
    const position = next++
    const entry = round.entry(position)
    if (!entry || !isTold(entry, view)) continue
    tell(position, entry, 0)
    if (limits.duplicateEvery > 0 && position % limits.duplicateEvery === 0) again.push(position)
  }
  const isComplete = next >= round.length && open.length === 0 && again.length === 0
  return isComplete ? undefined : { next, open, again }
}

/** Whether something that the client selected is new about the entry. */
function isTold(entry: RoundEntry, view: PageView): boolean {
  if (!view.isWanted(entry)) return false
  if (entry.removed || entry.changed === undefined) return true
  const changed = entry.changed
  if (view.selection.names.some((name) => changed.has(name))) return true
  if (entry.memberPositions > 0 && hasMembers(entry, view)) return true
  return entry.managerChange !== undefined && view.selection.relations.has('manager')
}

function hasMembers(entry: RoundEntry, view: PageView): boolean {
  return view.selection.relations.has('members') && !view.isHidden(entry)
}

/** Writes entries with their members from one position to another. */
function entryWriter(
  view: PageView,
  items: ItemsWriter,
): (entry: RoundEntry, from: number, to: number) => void {
  const { directory, selection } = view
  const refer = referenceWriter(directory)
  const hasManager = selection.relations.has('manager')

  function members(entry: RoundEntry, from: number, to: number): void {
    if (from === to) return
    const slice = () => write(entry, from, to)
    items.bytes(entry.list ? rememberSlice(entry.list, from, to, slice) : slice())
  }

  function write(entry: RoundEntry, from: number, to: number): Buffer {
    const told: string[] = []
    for (let position = from; position < to; position++) {
      const change = entry.memberAt(position)
      if (!change) continue
      told.push(change.removed ? writeRemoved(refer(change.member)) : refer(change.member))
    }
    return Buffer.from(told.length > 0 ? `,"members@delta":[${told.join(',')}]` : '', 'latin1')
  }

  function managers({ object, managerChange }: RoundEntry): void {
    const told: string[] = []
    if (managerChange?.before !== undefined)
      told.push(writeRemoved(refer(directory.object(managerChange.before))))
    if (object.manager !== undefined) told.push(refer(directory.object(object.manager)))
    if (told.length > 0) items.ascii(`,"manager@delta":[${told.join(',')}]`)
  }

  return (entry, from, to) => {
    const { object, removed, changed } = entry
    items.begin()
    if (removed) {
      items.ascii(`"id":"${object.record.id}","@removed":{"reason":"${removed}"}`)
    } else {
      const { names } = selection
      const told = view.minimal && changed ? names.filter((name) => changed.has(name)) : names
      items.bytes(writeSetProperties(directory, object, told))
      members(entry, from, to)
      if (entry.managerChange && hasManager) managers(entry)
    }
    items.end()
  }
}

type Slice = { readonly to: number; readonly revision: number; readonly bytes: Buffer }

/** What was written of member lists, by the position where it begins. */
const slices = new WeakMap<MemberList, Map<number, Slice>>()

/** Members are most of groups/delta; a list that did not change is not written again. */
function rememberSlice(list: MemberList, from: number, to: number, write: () => Buffer): Buffer {
  const known = slices.get(list) ?? new Map<number, Slice>()
  const slice = known.get(from)
  if (slice?.to === to && slice.revision === list.revision) return slice.bytes
  const bytes = write()
  slices.set(list, known.set(from, { to, revision: list.revision, bytes }))
  return bytes
}
