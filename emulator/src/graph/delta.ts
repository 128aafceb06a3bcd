import { ItemsWriter } from '../http/items-writer.ts'
import type { Reply } from '../http/reply.ts'
import { deltaSpellings } from '../scenario.ts'
import { context, type GraphCall, option, pageReply } from './call.ts'
import { type Cursor, fillPage, startOfRound } from './delta-page.ts'
import { changeRound, fullRound, type Round, type RoundEntry } from './delta-round.ts'
import { badRequest, deltaTokenExpired, resyncOrdered } from './graph-error.ts'
import { readSelect, type Selection } from './select.ts'

export type Stream = 'users' | 'groups' | 'devices'
const kindOf = { users: 'user', groups: 'group', devices: 'device' } as const

/** Everything a nextLink or deltaLink carries: it is sealed, and its parameters cannot be changed. */
type LinkState = {
  readonly stream: Stream
  readonly tenant: string
  readonly select: string | undefined
  readonly ids: readonly string[] | undefined
  readonly minimal: boolean
  readonly generation: number
  readonly issuedAt: number
  /** Versions of the journal that the round tells; `from` undefined is the initial round. */
  readonly from: number | undefined
  readonly to: number
  /** Number of objects when the initial round began. */
  readonly length: number
  readonly cursor: Cursor
  readonly page: number
}

const dayMs = 86_400_000
const unsupported = ['top', 'orderby', 'expand', 'search', 'count', 'skip']

/**
 * `GET /{users|groups|devices}/delta`, first call, nextLink or deltaLink.
 * @see Graph "Use delta query to track changes in Microsoft Graph data"
 */
export function answerDelta(call: GraphCall, stream: Stream): Reply {
  const skipToken = option(call, 'skiptoken')
  const deltaToken = option(call, 'deltatoken')
  if (skipToken !== undefined) return answerPage(call, openLink(call, stream, skipToken, 'skip'))
  if (deltaToken === undefined || deltaToken === '')
    return answerPage(call, startState(call, stream))
  if (deltaToken.toLowerCase() === 'latest') return answerLatest(call, stream)
  const state = openLink(call, stream, deltaToken, 'delta')
  const { journal } = call.caller.tenant.directory
  const from = Math.max(0, state.to - call.graph.scenario.delta.replayVersions)
  const minimal = /return\s*=\s*minimal/i.test(call.request.headers['prefer'] ?? '')
  return answerPage(call, {
    ...state,
    from,
    to: journal.version,
    minimal,
    cursor: startOfRound,
    page: 0,
  })
}

function startState(call: GraphCall, stream: Stream): LinkState {
  for (const name of unsupported) {
    if (option(call, name) !== undefined) {
      throw badRequest(
        `The query specified in the URI is not valid. Query option '$${name}' is not supported.`,
      )
    }
  }
  const select = option(call, 'select')
  readSelect(kindOf[stream], select) // refuse an unknown property before anything is answered
  const { directory, id } = call.caller.tenant
  return {
    stream,
    tenant: id,
    select,
    ids: readIdFilter(option(call, 'filter')),
    minimal: false,
    generation: call.graph.resyncGeneration[stream],
    issuedAt: call.graph.clock.now().getTime(),
    from: undefined,
    to: directory.journal.version,
    length: directory.handles(kindOf[stream]).length,
    cursor: startOfRound,
    page: 0,
  }
}

/** "Sync from now": no data, only a deltaLink. */
function answerLatest(call: GraphCall, stream: Stream): Reply {
  const state = startState(call, stream)
  return pageReply(
    {
      '@odata.context': toContext(call, state),
      '@odata.deltaLink': toLink(call, state, 'deltatoken'),
    },
    new ItemsWriter(),
  )
}

function answerPage(call: GraphCall, state: LinkState): Reply {
  const { delta } = call.graph.scenario
  const page = state.page + 1
  const items = new ItemsWriter()
  if (delta.emptyPageEvery > 0 && page % delta.emptyPageEvery === 0) {
    return toReply(call, { ...state, page }, items, state.cursor)
  }
  if (state.from === undefined && state.page === 0) writeTombstones(call, items)
  const next = fillPage(
    roundOf(call, state),
    state.cursor,
    { ...delta, objects: pageSize(call, state) },
    {
      directory: call.caller.tenant.directory,
      selection: selectionOf(state),
      minimal: state.minimal,
      isHidden: (entry) => isHidden(call, entry),
      isWanted: (entry) => !state.ids || state.ids.includes(entry.object.record.id.toLowerCase()),
    },
    items,
  )
  return toReply(call, { ...state, page }, items, next)
}

function toReply(
  call: GraphCall,
  state: LinkState,
  items: ItemsWriter,
  next: Cursor | undefined,
): Reply {
  const issuedAt = call.graph.clock.now().getTime()
  const link = next
    ? { '@odata.nextLink': toLink(call, { ...state, issuedAt, cursor: next }, 'skiptoken') }
    : {
        '@odata.deltaLink': toLink(
          call,
          { ...state, issuedAt, cursor: startOfRound },
          'deltatoken',
        ),
      }
  return pageReply({ '@odata.context': toContext(call, state), ...link }, items)
}

function roundOf(call: GraphCall, state: LinkState): Round {
  const { directory } = call.caller.tenant
  const kind = kindOf[state.stream]
  return state.from === undefined
    ? fullRound(directory, kind, state.length)
    : changeRound(directory, kind, { from: state.from, to: state.to }, call.graph.scenario.delta)
}

function selectionOf(state: LinkState): Selection {
  return readSelect(kindOf[state.stream], state.select)
}

function pageSize(call: GraphCall, state: LinkState): number {
  const { pageSizes } = call.graph.scenario.delta
  const scheduled = pageSizes[state.page % Math.max(1, pageSizes.length)]
  return scheduled ?? (state.select === undefined ? 100 : 200)
}

/** Members of a group with HiddenMembership are shown only with Member.Read.Hidden. */
function isHidden(call: GraphCall, { object }: RoundEntry): boolean {
  return (
    object.kind === 'group' &&
    object.record.visibility === 'HiddenMembership' &&
    !call.caller.roles.has('Member.Read.Hidden')
  )
}

function writeTombstones(call: GraphCall, items: ItemsWriter): void {
  for (let number = 0; number < call.graph.scenario.delta.tombstones; number++) {
    const reason = number % 2 === 0 ? 'deleted' : 'changed'
    items.begin()
    items.ascii(`"id":"${call.graph.chance.guid()}","@removed":{"reason":"${reason}"}`)
    items.end()
  }
}

function openLink(
  call: GraphCall,
  stream: Stream,
  token: string,
  kind: 'skip' | 'delta',
): LinkState {
  const opened = call.graph.seal.open(token) as { kind: string; state: LinkState } | undefined // sealed by us
  if (
    opened?.kind !== kind ||
    opened.state.stream !== stream ||
    opened.state.tenant !== call.caller.tenant.id
  ) {
    throw badRequest(`Badly formed content. The ${kind} token is not valid.`)
  }
  const { state } = opened
  const ageMs = call.graph.clock.now().getTime() - state.issuedAt
  if (ageMs > call.graph.scenario.delta.tokenLifetimeDays * dayMs) throw deltaTokenExpired()
  if (state.generation !== call.graph.resyncGeneration[stream])
    throw resyncOrdered(toResyncUrl(call, state))
  return state
}

/** The same delta URL with an empty token: a full round with the same $select. */
function toResyncUrl(
  call: GraphCall,
  state: { stream: Stream; select: string | undefined },
): string {
  const select = state.select === undefined ? '' : `&$select=${encodeURIComponent(state.select)}`
  return `${call.request.origin}/v1.0/${state.stream}/delta?$deltatoken=${select}`
}

function toLink(call: GraphCall, state: LinkState, option: 'skiptoken' | 'deltatoken'): string {
  const { linkSpelling } = call.graph.scenario.delta
  const spelling =
    linkSpelling === 'rotate' ? deltaSpellings[state.page % deltaSpellings.length] : linkSpelling
  const token = call.graph.seal.seal({ kind: option === 'skiptoken' ? 'skip' : 'delta', state })
  return `${call.request.origin}/v1.0/${state.stream}/${spelling}?$${option}=${token}`
}

function toContext(call: GraphCall, state: LinkState): string {
  return context(
    call,
    state.select === undefined ? state.stream : `${state.stream}(${state.select})`,
  )
}

/** Delta takes one filter only: `id eq '…' or id eq '…'`. */
function readIdFilter(filter: string | undefined): string[] | undefined {
  if (filter === undefined) return undefined
  const ids = filter
    .split(/\s+or\s+/i)
    .map((part) => /^\(?\s*id\s+eq\s+'([^']+)'\s*\)?$/i.exec(part.trim())?.[1])
  if (ids.some((id) => id === undefined)) {
    throw badRequest(
      'Unsupported or invalid query filter clause specified: only id eq is supported on delta.',
    )
  }
  if (ids.length > 50)
    throw badRequest('Too many object ids in the filter: at most 50 are supported.')
  return ids.filter((id) => id !== undefined).map((id) => id.toLowerCase())
}
