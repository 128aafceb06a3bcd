import type { Directory } from '../directory/directory.ts'
import type { DirectoryObject, Kind } from '../directory/records.ts'
import type { ItemsWriter } from '../http/items-writer.ts'
import { type GraphCall, option } from './call.ts'
import { resourceUnknown, unsupportedQuery } from './graph-error.ts'
import type { Listing } from './list.ts'
import { propertyTables } from './properties.ts'
import { referenceWriter, writeProperties } from './render.ts'
import type { Selection } from './select.ts'

const plural = { user: 'users', group: 'groups', device: 'devices' } as const

/** All live objects of one kind. */
export function listAll(call: GraphCall, kind: 'user' | 'group' | 'device'): Listing {
  const { directory } = call.caller.tenant
  const handles = directory.handles(kind)
  return {
    kind,
    name: plural[kind],
    path: plural[kind],
    length: handles.length,
    at: (position) => inState(directory, handles[position], 'live'),
    defaultTop: 100,
  }
}

/** Soft-deleted objects of one kind, for 30 days. */
export function listDeleted(call: GraphCall, kind: 'user' | 'group' | 'device'): Listing {
  const { directory } = call.caller.tenant
  const handles = directory.handles(kind)
  const oldest = call.graph.clock.now().getTime() - 30 * 86_400_000
  return {
    kind,
    name: plural[kind],
    path: `directory/deletedItems/${kind}`,
    length: handles.length,
    at(position) {
      const object = inState(directory, handles[position], 'soft-deleted')
      return object && (object.deletedAt?.getTime() ?? 0) >= oldest ? object : undefined
    },
    defaultTop: 100,
  }
}

/** Direct members of a group; empty for hidden membership without the permission for it. */
export function listMembers(call: GraphCall, groupId: string): Listing {
  const { directory } = call.caller.tenant
  const group = mustFind(directory, 'group', groupId)
  const list = directory.memberList(group.handle)
  const isHidden = isMembershipHidden(call, group)
  return {
    ...memberListing(call),
    path: `groups/${group.record.id}/members`,
    length: isHidden ? 0 : list.positions,
    at(position) {
      const object = inState(directory, list.at(position), 'live')
      // Known issue: v1.0 does not list service principals, although deltas tell them.
      return object?.kind === 'servicePrincipal' ? undefined : object
    },
  }
}

/** Everybody below a group, each once, whatever the nesting. */
export function listTransitiveMembers(call: GraphCall, groupId: string): Listing {
  const { directory } = call.caller.tenant
  const group = mustFind(directory, 'group', groupId)
  const handles = isMembershipHidden(call, group) ? [] : collectTransitive(directory, group.handle)
  return {
    ...memberListing(call),
    path: `groups/${group.record.id}/transitiveMembers`,
    length: handles.length,
    at: (position) => inState(directory, handles[position], 'live'),
  }
}

/** The person a device is registered to: owner and user are the same here. */
export function listOwners(call: GraphCall, deviceId: string, relation: string): Listing {
  const { directory } = call.caller.tenant
  const device = mustFind(directory, 'device', deviceId)
  return {
    ...memberListing(call),
    path: `devices/${device.record.id}/${relation}`,
    length: device.owner === undefined ? 0 : 1,
    at: () => inState(directory, device.owner, 'live'),
  }
}

/** The groups that an object is a direct member of. */
export function listMemberOf(
  call: GraphCall,
  kind: 'user' | 'group' | 'device',
  id: string,
): Listing {
  const { directory } = call.caller.tenant
  const object = mustFind(directory, kind, id)
  const handles = directory.groupsOf(object.handle)
  return {
    ...memberListing(call),
    kind: 'group',
    path: `${plural[kind]}/${object.record.id}/memberOf`,
    length: handles.length,
    at: (position) => inState(directory, handles[position], 'live'),
  }
}

/**
 * The same list as an OData cast gives it: of groups only, so that no item needs its type. With
 * other parameters than $select, $top and paging a cast is an advanced query.
 *
 * @throws GraphError 400 when such a query lacks its header or $count
 * @see Graph "Advanced query capabilities on directory objects"
 */
export function castToGroups(call: GraphCall, listing: Listing): Listing {
  const isAdvanced = ['filter', 'search', 'orderby'].some(
    (name) => option(call, name) !== undefined,
  )
  if (isAdvanced && !isAdvancedQuery(call)) {
    throw unsupportedQuery(
      "Query needs the 'ConsistencyLevel:eventual' header and $count=true. Refer to https://aka.ms/graph-docs/advanced-queries for more information",
    )
  }
  return {
    ...listing,
    name: 'groups',
    path: `${listing.path}/graph.group`,
    write: ({ names }, items) => {
      const { directory } = call.caller.tenant
      return (object) => items.bytes(writeProperties(directory, object, names))
    },
  }
}

function isAdvancedQuery(call: GraphCall): boolean {
  return (
    call.request.headers['consistencylevel']?.toLowerCase() === 'eventual' &&
    option(call, 'count')?.toLowerCase() === 'true'
  )
}

/** The live object of that kind; users also by userPrincipalName. @throws GraphError 404 */
export function mustFind(directory: Directory, kind: Kind, id: string): DirectoryObject {
  const found =
    directory.find(id) ?? (kind === 'user' ? directory.findUserByPrincipalName(id) : undefined)
  if (found?.kind === kind && found.state === 'live') return found
  throw resourceUnknown(id)
}

function memberListing(call: GraphCall) {
  const kind: Kind = 'user'
  return {
    kind,
    name: 'directoryObjects',
    defaultTop: 100,
    write: (selection: Selection, items: ItemsWriter) => memberWriter(call, selection, items),
  }
}

/**
 * Writes a member with its type. Of a type that the app may not read, only type and id are told
 * and everything else is null.
 */
function memberWriter(
  call: GraphCall,
  selection: Selection,
  items: ItemsWriter,
): (object: DirectoryObject) => void {
  const { directory } = call.caller.tenant
  const refer = referenceWriter(directory)
  const namesOf = new Map<Kind, readonly string[]>()
  return (object) => {
    let names = namesOf.get(object.kind)
    if (!names) {
      names = selectedOf(object.kind, selection)
      namesOf.set(object.kind, names)
    }
    items.ascii(refer(object).slice(1, -1))
    if (names.length === 0) return
    items.ascii(',')
    if (mayRead(call, object.kind)) items.bytes(writeProperties(directory, object, names))
    else items.ascii(names.map((name) => `"${name}":null`).join(','))
  }
}

/** What of a selection a type of member has, without the id. */
function selectedOf(kind: Kind, selection: Selection): readonly string[] {
  const { usual, onRequest } = propertyTables[kind]
  const names =
    selection.text === undefined
      ? usual
      : selection.names.filter((name) => usual.includes(name) || onRequest.includes(name))
  return names.filter((name) => name !== 'id')
}

const readers: Partial<Record<Kind, readonly string[]>> = {
  user: ['User.Read.All', 'User.ReadWrite.All'],
  group: ['Group.Read.All', 'GroupMember.Read.All', 'Group.ReadWrite.All'],
  device: ['Device.Read.All', 'Device.ReadWrite.All'],
  servicePrincipal: ['Application.Read.All'],
  orgContact: ['OrgContact.Read.All'],
}

function mayRead(call: GraphCall, kind: Kind): boolean {
  const { roles } = call.caller
  if (roles.has('Directory.Read.All') || roles.has('Directory.ReadWrite.All')) return true
  return (readers[kind] ?? []).some((role) => roles.has(role))
}

function isMembershipHidden(call: GraphCall, group: DirectoryObject): boolean {
  return (
    group.kind === 'group' &&
    group.record.visibility === 'HiddenMembership' &&
    !call.caller.roles.has('Member.Read.Hidden')
  )
}

function collectTransitive(directory: Directory, groupHandle: number): number[] {
  const seen = new Set<number>([groupHandle])
  const open = [groupHandle]
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const member of directory.memberList(current)) {
      if (seen.has(member)) continue
      seen.add(member)
      const object = directory.object(member)
      if (object.kind === 'group' && object.state === 'live') open.push(member)
    }
  }
  seen.delete(groupHandle)
  return [...seen]
}

function inState(
  directory: Directory,
  handle: number | undefined,
  state: DirectoryObject['state'],
): DirectoryObject | undefined {
  if (handle === undefined) return undefined
  const object = directory.object(handle)
  return object.state === state ? object : undefined
}
