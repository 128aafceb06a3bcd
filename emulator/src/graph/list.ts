import type { DirectoryObject, Kind } from '../directory/records.ts'
import { ItemsWriter } from '../http/items-writer.ts'
import type { Reply } from '../http/reply.ts'
import { context, type GraphCall, option, pageReply } from './call.ts'
import { checkAdvanced, compileFilter } from './filter.ts'
import { badRequest, GraphError, unsupportedQuery } from './graph-error.ts'
import { renderObject, writeProperties } from './render.ts'
import { compileSearch } from './search.ts'
import { readSelect, type Selection } from './select.ts'

/** A collection that can be listed: candidates by position, in an order that stays valid. */
export type Listing = {
  readonly kind: Kind
  /** Text of @odata.context before the selection, such as `users`. */
  readonly name: string
  /** Which collection it is, for the paging tokens, such as `groups/{id}/members`. */
  readonly path: string
  readonly length: number
  at(position: number): DirectoryObject | undefined
  readonly defaultTop: number
  /** Writes an object between its braces, when not by its selected properties. */
  readonly write?: (selection: Selection, items: ItemsWriter) => (object: DirectoryObject) => void
}

type Query = { readonly matches: (object: DirectoryObject) => boolean; readonly isCounted: boolean }

/**
 * Answers a list request: $select, $top (≤ 999), $filter, $search, $orderby, $count, paging.
 * @see Graph "Customize Microsoft Graph responses with query parameters"
 */
export function answerList(call: GraphCall, listing: Listing): Reply {
  const selection = readSelect(listing.kind, option(call, 'select'))
  const query = readQuery(call, listing.kind)
  const top = readTop(call, listing.defaultTop)
  const order = option(call, 'orderby')
  const source = order === undefined ? listing : sorted(listing, order)
  const { objects, next } = readPage(source, query, top, readPosition(call, listing))
  const { directory } = call.caller.tenant
  const items = new ItemsWriter()
  const write =
    listing.write?.(selection, items) ??
    ((object) => items.bytes(writeProperties(directory, object, selection.names)))
  for (const object of objects) {
    items.begin()
    write(object)
    items.end()
  }
  const facts = {
    '@odata.context': context(
      call,
      selection.text === undefined ? listing.name : `${listing.name}(${selection.text})`,
    ),
    ...(query.isCounted ? { '@odata.count': countMatches(listing, query) } : {}),
    ...(next === undefined ? {} : { '@odata.nextLink': toNextLink(call, listing, next) }),
  }
  return pageReply(facts, items)
}

/** Answers `/$count`: a bare number as text. */
export function answerCount(call: GraphCall, listing: Listing): Reply {
  if (!isEventual(call)) throw countUnsupported()
  const text = option(call, 'filter')
  const matches = text === undefined ? () => true : compileFilter(listing.kind, text).matches
  const count = countMatches(listing, { matches, isCounted: true })
  return {
    kind: 'text',
    status: 200,
    headers: { 'content-type': 'text/plain', 'odata-version': '4.0' },
    text: String(count),
  }
}

function readQuery(call: GraphCall, kind: Kind): Query {
  const isCounted = option(call, 'count')?.toLowerCase() === 'true'
  const filterText = option(call, 'filter')
  const searchText = option(call, 'search')
  if (option(call, 'expand') !== undefined) {
    throw badRequest(
      'Parsing OData Select and Expand failed: $expand is not offered by this emulator.',
    )
  }
  const tests: ((object: DirectoryObject) => boolean)[] = []
  if (filterText !== undefined) {
    const filter = compileFilter(kind, filterText)
    checkAdvanced(filter, isEventual(call), isCounted)
    tests.push(filter.matches)
  }
  if (searchText !== undefined) {
    if (!isEventual(call)) {
      throw unsupportedQuery(
        "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
      )
    }
    tests.push(compileSearch(searchText))
  }
  if (
    filterText !== undefined &&
    option(call, 'orderby') !== undefined &&
    !(isEventual(call) && isCounted)
  ) {
    throw unsupportedQuery('Sorting not supported for current query.')
  }
  // $count=true without the header is silently ignored.
  return {
    matches: tests.length === 0 ? everything : (object) => tests.every((test) => test(object)),
    isCounted: isCounted && isEventual(call),
  }
}

const everything = () => true

function readPage(
  listing: Pick<Listing, 'length' | 'at'>,
  query: Query,
  top: number,
  start: number,
): { objects: DirectoryObject[]; next: number | undefined } {
  const objects: DirectoryObject[] = []
  for (let position = start; position < listing.length; position++) {
    const object = listing.at(position)
    if (!object || !query.matches(object)) continue
    if (objects.length === top) return { objects, next: position }
    objects.push(object)
  }
  return { objects, next: undefined }
}

function countMatches(listing: Listing, query: Query): number {
  let count = 0
  for (let position = 0; position < listing.length; position++) {
    const object = listing.at(position)
    if (object && query.matches(object)) count++
  }
  return count
}

function sorted(listing: Listing, order: string): Pick<Listing, 'length' | 'at'> {
  const [name = '', direction = 'asc'] = order.trim().split(/\s+/)
  if (!['displayName', 'userPrincipalName'].includes(name) || !/^(asc|desc)$/i.test(direction)) {
    throw unsupportedQuery(`Sorting by '${order}' is not supported.`)
  }
  const objects: DirectoryObject[] = []
  for (let position = 0; position < listing.length; position++) {
    const object = listing.at(position)
    if (object) objects.push(object)
  }
  const key = (object: DirectoryObject) => String(renderObject(object, [name])[name] ?? '')
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1
  objects.sort((first, second) => sign * key(first).localeCompare(key(second)))
  return { length: objects.length, at: (position) => objects[position] }
}

function readTop(call: GraphCall, usual: number): number {
  const text = option(call, 'top')
  if (text === undefined) return usual
  const top = Number(text)
  if (!Number.isInteger(top) || top < 1 || top > 999) {
    throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and 999 inclusive.`)
  }
  return top
}

function readPosition(call: GraphCall, listing: Listing): number {
  const token = option(call, 'skiptoken')
  if (token === undefined) return 0
  const opened = call.graph.seal.open(token) as
    | { list: string; tenant: string; next: number }
    | undefined // sealed by us
  if (opened?.list !== listing.path || opened.tenant !== call.caller.tenant.id) {
    throw new GraphError(
      400,
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and is no longer valid.',
    )
  }
  return opened.next
}

/** The same query with a sealed $skiptoken. */
function toNextLink(call: GraphCall, listing: Listing, next: number): string {
  const { request } = call
  const kept = request.query
    .split('&')
    .filter((part) => part !== '' && !/^(\$|%24)?skiptoken=/i.test(part))
  // Bound to the collection, so that a token of one does not open another.
  const token = call.graph.seal.seal({ list: listing.path, tenant: call.caller.tenant.id, next })
  return `${request.origin}${request.path}?${[...kept, `$skiptoken=${token}`].join('&')}`
}

function isEventual(call: GraphCall): boolean {
  return call.request.headers['consistencylevel']?.toLowerCase() === 'eventual'
}

function countUnsupported() {
  return new GraphError(400, 'Request_BadRequest', '$count is not currently supported.')
}
