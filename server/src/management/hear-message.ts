import type { ClientMessage, ClientPart, SyncmlItem } from '../formats/syncml/syncml-message.ts'
import { type News, type SessionState, uriOf, type Waiting } from './session-state.ts'

/** What is answered to one thing that a device said. */
export type Reaction = {
  readonly commandRef: string
  readonly command: string
  readonly code: number
}

/** What was made of a message: how the session stands, what to say to each part, and what is new. */
export type Heard = {
  readonly state: SessionState
  readonly reactions: readonly Reaction[]
  readonly news: readonly News[]
  /** The device has more to say before it listens: another message, or the rest of a large value. */
  readonly wantsNext: boolean
  /** It ends here, whatever waits: the device has aborted it, or leaves us. */
  readonly isOver: boolean
}

const OK = 200
const NOT_SUPPORTED = 406
const CHUNK_ACCEPTED = 213
const SIZE_MISMATCH = 424
/** More than any node holds; whoever sends more has lost its way. */
const LARGEST_VALUE = 8 * 1024 * 1024

const ALERT = { nextMessage: 1222, abort: 1223, client: 1224, generic: 1226 } as const

type Draft = {
  state: SessionState
  reactions: Reaction[]
  news: News[]
  wantsNext: boolean
  isOver: boolean
}

/** Takes in what a device says. Answers to what was never asked are let pass: they change nothing. */
export function hearMessage(before: SessionState, message: ClientMessage): Heard {
  const draft: Draft = {
    state: structuredClone(before),
    reactions: [],
    news: [],
    wantsNext: !message.isFinal,
    isOver: false,
  }
  for (const part of message.parts) hearPart(draft, part)
  settleGets(draft)
  finishCommands(draft)
  return draft
}

function hearPart(draft: Draft, part: ClientPart): void {
  switch (part.kind) {
    case 'status':
      hearStatus(draft, part)
      break
    case 'results':
      react(draft, part.commandId, 'Results', hearResults(draft, part))
      break
    case 'alert':
      hearAlert(draft, part)
      react(draft, part.commandId, 'Alert', OK)
      break
    case 'replace':
      for (const item of part.items) noteFact(draft, item)
      react(draft, part.commandId, 'Replace', OK)
      break
    case 'other':
      // Not an error of the session: newer clients may say more than we know.
      react(draft, part.commandId, part.name, NOT_SUPPORTED)
      break
  }
}

function react(draft: Draft, commandRef: string, command: string, code: number): void {
  draft.reactions.push({ commandRef, command, code })
}

function hearStatus(draft: Draft, part: Extract<ClientPart, { kind: 'status' }>): void {
  const { code, originalError } = part
  if (part.commandRef === '0') {
    if (code >= 300) draft.news.push({ kind: 'refusedUs', code })
    return
  }
  const waiting = findWaiting(draft.state, part.messageRef, part.commandRef)
  if (!waiting) return
  if (waiting.isGet && code < 300) {
    waiting.status = originalError === undefined ? { code } : { code, originalError }
    return
  }
  resolve(draft, waiting, { code, originalError, item: undefined })
}

/** @returns the code to answer with. */
function hearResults(draft: Draft, part: Extract<ClientPart, { kind: 'results' }>): number {
  const { state } = draft
  const messageRef = part.messageRef ?? String(state.sent)
  const waiting = findWaiting(state, messageRef, part.commandRef)
  if (!waiting) return OK
  const [item, ...more] = part.items
  if (!item) return OK
  if (item.hasMore || state.large) return hearPiece(draft, waiting, item)
  // Of a whole subtree, each node is an item of its own.
  for (const other of more) noteFact(draft, other)
  resolve(draft, waiting, { code: OK, originalError: undefined, item })
  return OK
}

/** @see windows-mdm.md 5.5 */
function hearPiece(draft: Draft, waiting: Waiting, item: SyncmlItem): number {
  const { state } = draft
  const isNext = state.large?.message === waiting.message && state.large.command === waiting.command
  const before = isNext ? state.large : undefined
  const large = {
    message: waiting.message,
    command: waiting.command,
    uri: before?.uri ?? uriOf(item) ?? waitingUri(waiting),
    size: before?.size ?? item.size,
    format: before?.format ?? item.format,
    data: (before?.data ?? '') + (item.data ?? ''),
  }
  if (large.data.length > LARGEST_VALUE) {
    delete state.large
    resolve(draft, waiting, { code: SIZE_MISMATCH, originalError: undefined, item: undefined })
    return SIZE_MISMATCH
  }
  if (item.hasMore) {
    state.large = large
    draft.wantsNext = true
    return CHUNK_ACCEPTED
  }
  delete state.large
  const isWhole = large.size === undefined || large.size === Buffer.byteLength(large.data)
  const code = isWhole ? OK : SIZE_MISMATCH
  const whole = { ...item, source: large.uri, format: large.format, data: large.data }
  resolve(draft, waiting, { code, originalError: undefined, item: isWhole ? whole : undefined })
  return code
}

function hearAlert(draft: Draft, part: Extract<ClientPart, { kind: 'alert' }>): void {
  const { code, items } = part
  if (code === ALERT.abort) {
    draft.isOver = true
    return
  }
  if (code !== ALERT.client && code !== ALERT.generic) return
  for (const item of items) {
    const type = item.type?.trim()
    const data = item.data?.trim()
    if (type === 'com.microsoft/MDM/LoginStatus') {
      const login = data === 'user' || data === 'others' ? data : 'none'
      draft.state.login = login
      draft.news.push({ kind: 'login', login })
    } else if (type === 'com.microsoft/MDM/AADUserToken') {
      if (data) draft.news.push({ kind: 'userToken', token: data })
    } else if (isUnenrolment(type)) {
      draft.news.push({ kind: 'unenrolled' })
      draft.isOver = true
    } else {
      draft.news.push({ kind: 'alert', code, type, source: item.source, data: item.data })
    }
  }
}

/** Written with a slash in the one and a colon in the other of Microsoft's pages. */
const isUnenrolment = (type: string | undefined) =>
  type?.toLowerCase().replace('/', ':') === 'com.microsoft:mdm.unenrollment.userrequest'

function noteFact(draft: Draft, item: SyncmlItem): void {
  const uri = uriOf(item)
  if (!uri) return
  draft.news.push({ kind: 'fact', uri, format: item.format, value: item.data, code: OK })
}

/** A Get that was done and sent nothing has found nothing. */
function settleGets(draft: Draft): void {
  const { large, waiting } = draft.state
  for (const entry of [...waiting]) {
    const isUnderWay = large?.message === entry.message && large.command === entry.command
    if (entry.status && !isUnderWay && !draft.wantsNext) {
      resolve(draft, entry, { ...entry.status, item: undefined })
    }
  }
}

type Outcome = {
  readonly code: number
  readonly originalError?: string | undefined
  readonly item: SyncmlItem | undefined
}

function resolve(draft: Draft, entry: Waiting, { code, originalError, item }: Outcome): void {
  const { state } = draft
  state.waiting = state.waiting.filter((other) => other !== entry)
  const { purpose } = entry
  if (purpose.kind === 'frame') return
  if (purpose.kind === 'read') {
    const { uri } = purpose
    draft.news.push({ kind: 'fact', uri, format: item?.format, value: item?.data, code })
    return
  }
  const open = state.open[purpose.id]
  if (!open) return
  open.answers[purpose.part] = {
    verb: purpose.verb,
    uri: purpose.uri,
    code,
    ...(originalError === undefined ? {} : { originalError }),
    ...(item?.data === undefined ? {} : { data: item.data }),
  }
}

function finishCommands(draft: Draft): void {
  const { state, news } = draft
  for (const [command, { parts, answers }] of Object.entries(state.open)) {
    const given = answers.filter((answer) => answer !== null)
    if (given.length < parts) continue
    news.push({ kind: 'finished', command, answers: given })
    delete state.open[command]
  }
}

function findWaiting(state: SessionState, message: string, command: string): Waiting | undefined {
  return state.waiting.find(
    (entry) => String(entry.message) === message && String(entry.command) === command,
  )
}

const waitingUri = ({ purpose }: Waiting) => (purpose.kind === 'frame' ? '' : purpose.uri)
