import type { Directory } from '../directory/directory.ts'
import { isTold, type Silence } from '../directory/journal.ts'
import type { MemberList } from '../directory/member-list.ts'
import type { DirectoryObject, Kind } from '../directory/records.ts'

/** A member as a delta answer tells it. */
export type MemberChange = { readonly member: DirectoryObject; readonly removed: boolean }

/** One object that a round tells about. */
export type RoundEntry = {
  readonly object: DirectoryObject
  /** Set when the object is not there any more: restorable, or gone for good. */
  readonly removed: 'changed' | 'deleted' | undefined
  /** Names of the changed properties; undefined: the object is told in full. */
  readonly changed: ReadonlySet<string> | undefined
  /** The list itself, where all members are told and not only changes. */
  readonly list: MemberList | undefined
  /** Length of the list of members or member changes; positions may be empty. */
  readonly memberPositions: number
  memberAt(position: number): MemberChange | undefined
  /** The manager before the change, for `manager@delta`; undefined when it did not change. */
  readonly managerChange: { readonly before: number | undefined } | undefined
}

/** What one delta round tells, entry by entry. Entries are read anew at every page. */
export type Round = {
  readonly length: number
  entry(position: number): RoundEntry | undefined
}

/** The initial round: everything there is. Positions are creation order, so they stay valid. */
export function fullRound(directory: Directory, kind: Kind, length: number): Round {
  const handles = directory.handles(kind)
  return {
    length,
    entry(position) {
      const object = directory.object(handles[position] ?? -1)
      if (object.state !== 'live') return undefined
      return toFullEntry(directory, object)
    },
  }
}

type Versions = { readonly from: number; readonly to: number }

/** A later round: what changed after version `from` up to version `to`. */
export function changeRound(
  directory: Directory,
  kind: Kind,
  versions: Versions,
  silence: Silence,
): Round {
  const summaries = recall(directory, kind, versions, silence)
  return {
    length: summaries.length,
    entry(position) {
      const summary = summaries[position]
      return summary && toChangeEntry(directory, summary)
    },
  }
}

/** Summaries of the rounds being read: the same for every page of a round, and dear to make. */
const recent = new WeakMap<Directory, Map<string, Summary[]>>()
const maxRecent = 8

function recall(directory: Directory, kind: Kind, versions: Versions, silence: Silence): Summary[] {
  const rounds = recent.get(directory) ?? new Map<string, Summary[]>()
  recent.set(directory, rounds)
  const quiet = [silence.silentPurges, silence.silentSoftDeletes, silence.losesChangesWhileAway]
  const key = `${kind} ${versions.from} ${versions.to} ${quiet}`
  const known = rounds.get(key) ?? [...summarize(directory, kind, versions, silence).values()]
  rounds.delete(key)
  rounds.set(key, known)
  for (const oldest of rounds.keys()) if (rounds.size > maxRecent) rounds.delete(oldest)
  return known
}

type Summary = {
  readonly object: DirectoryObject
  /** Whether the object came, went or came back in this time. */
  lifecycle: 'none' | 'created' | 'restored' | 'removed'
  readonly changed: Set<string>
  readonly members: Map<number, boolean>
  manager: { before: number | undefined } | undefined
}

function summarize(
  directory: Directory,
  kind: Kind,
  { from, to }: Versions,
  silence: Silence,
): Map<number, Summary> {
  const summaries = new Map<number, Summary>()
  for (const change of directory.journal.between(from, to)) {
    const object = directory.object(change.handle)
    if (object.kind !== kind || !isTold(change, silence)) continue
    let summary = summaries.get(change.handle)
    if (!summary) {
      summary = {
        object,
        lifecycle: 'none',
        changed: new Set(),
        members: new Map(),
        manager: undefined,
      }
      summaries.set(change.handle, summary)
    }
    switch (change.what) {
      case 'created':
        summary.lifecycle = 'created'
        break
      case 'restored':
        summary.lifecycle = 'restored'
        break
      case 'soft-deleted':
      case 'purged':
        summary.lifecycle = 'removed'
        break
      case 'changed':
        for (const name of change.names) summary.changed.add(name)
        break
      case 'member-added':
      case 'member-removed':
        summary.members.set(change.member, change.what === 'member-removed')
        break
      case 'manager-changed':
        summary.manager ??= { before: change.before }
        break
    }
  }
  return summaries
}

function toFullEntry(directory: Directory, object: DirectoryObject): RoundEntry {
  const list = object.kind === 'group' ? directory.memberList(object.handle) : undefined
  return {
    object,
    removed: undefined,
    changed: undefined,
    list,
    memberPositions: list?.positions ?? 0,
    memberAt(position) {
      const handle = list?.at(position)
      if (handle === undefined) return undefined
      const member = directory.object(handle)
      return member.state === 'live' ? { member, removed: false } : undefined
    },
    managerChange: object.manager === undefined ? undefined : { before: undefined },
  }
}

function toChangeEntry(directory: Directory, summary: Summary): RoundEntry | undefined {
  const { object, lifecycle } = summary
  if (object.state !== 'live') {
    // A change of an object that is away says nothing; its going is told once.
    return lifecycle === 'none' ? undefined : toRemovedEntry(object)
  }
  if (lifecycle === 'restored' || lifecycle === 'removed')
    return toReturnedEntry(directory, summary)
  const members = [...summary.members]
  return {
    object,
    removed: undefined,
    changed: lifecycle === 'created' ? undefined : summary.changed,
    list: undefined,
    memberPositions: members.length,
    memberAt(position) {
      const change = members[position]
      return change && { member: directory.object(change[0]), removed: change[1] }
    },
    managerChange: summary.manager,
  }
}

/** In full, and with the members that left in the same time: nothing else would tell of them. */
function toReturnedEntry(directory: Directory, { object, members }: Summary): RoundEntry {
  const full = toFullEntry(directory, object)
  const left = [...members].filter(([, isRemoved]) => isRemoved).map(([handle]) => handle)
  return {
    ...full,
    // Who left depends on when one looked last, so this is not the list itself.
    list: undefined,
    memberPositions: full.memberPositions + left.length,
    memberAt(position) {
      const handle = left[position - full.memberPositions]
      if (handle === undefined) return full.memberAt(position)
      return { member: directory.object(handle), removed: true }
    },
  }
}

function toRemovedEntry(object: DirectoryObject): RoundEntry {
  return {
    object,
    removed: object.state === 'purged' ? 'deleted' : 'changed',
    changed: undefined,
    list: undefined,
    memberPositions: 0,
    memberAt: () => undefined,
    managerChange: undefined,
  }
}
