import type { Directory } from '../directory/directory.ts'
import type { Json } from '../http/reply.ts'
import type { Round, RoundEntry } from './delta-round.ts'
import { renderReference, renderSetProperties } from './render.ts'
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

type Item = Record<string, Json>

/**
 * Fills one page: first another slice of the members of every open group, then new objects.
 * Returns the next cursor, or undefined when the round is complete.
 */
export function fillPage(
  round: Round,
  cursor: Cursor,
  limits: PageLimits,
  view: PageView,
): { items: Item[]; next: Cursor | undefined } {
  const items: Item[] = []
  const open: [number, number][] = []
  const again: number[] = []
  let membersLeft = limits.membersPerPage

  function tell(position: number, entry: RoundEntry, offset: number): void {
    const positions = hasMembers(entry, view) ? entry.memberPositions : 0
    const end = Math.min(positions, offset + Math.min(limits.memberSlice, membersLeft))
    items.push(renderEntry(entry, view, offset, end))
    membersLeft -= end - offset
    if (end < positions) open.push([position, end])
  }

  for (const position of cursor.again) {
    const entry = round.entry(position)
    if (entry && isTold(entry, view)) items.push(renderEntry(entry, view, 0, 0))
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
    items.length < limits.objects &&
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
  return { items, next: isComplete ? undefined : { next, open, again } }
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

function renderEntry(entry: RoundEntry, view: PageView, from: number, to: number): Item {
  const { object } = entry
  if (entry.removed) return { id: object.record.id, '@removed': { reason: entry.removed } }
  const { names } = view.selection
  const changed = entry.changed
  const item = renderSetProperties(
    object,
    view.minimal && changed ? names.filter((name) => changed.has(name)) : names,
  )
  const members = renderMembers(entry, from, to)
  if (members.length > 0) item['members@delta'] = members
  if (entry.managerChange && view.selection.relations.has('manager')) {
    const managers = renderManager(entry, view.directory)
    if (managers.length > 0) item['manager@delta'] = managers
  }
  return item
}

function renderMembers(entry: RoundEntry, from: number, to: number): Item[] {
  const members: Item[] = []
  for (let position = from; position < to; position++) {
    const change = entry.memberAt(position)
    if (!change) continue
    const reference = renderReference(change.member)
    // Members carry the reason "deleted" for "no longer a member".
    members.push(change.removed ? { ...reference, '@removed': { reason: 'deleted' } } : reference)
  }
  return members
}

function renderManager(entry: RoundEntry, directory: Directory): Item[] {
  const { object, managerChange } = entry
  const managers: Item[] = []
  if (managerChange?.before !== undefined) {
    const former = directory.object(managerChange.before)
    managers.push({ ...renderReference(former), '@removed': { reason: 'deleted' } })
  }
  if (object.manager !== undefined) managers.push(renderReference(directory.object(object.manager)))
  return managers
}
