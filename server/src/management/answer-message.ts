import type {
  ClientMessage,
  ServerCommand,
  ServerMessage,
  ServerStatus,
} from '../formats/syncml/syncml-message.ts'
import { giveWork } from './give-work.ts'
import { hearMessage, type Reaction } from './hear-message.ts'
import type { News, SessionState, Work } from './session-state.ts'

/** What comes of a message. */
export type Answered = {
  /** Absent: the session is over. */
  readonly state: SessionState | undefined
  readonly reply: ServerMessage
  readonly news: readonly News[]
}

/** How things stand when a device has said what it has to say. */
export type AfterHearing = { readonly state: SessionState; readonly news: readonly News[] }

type Occasion = {
  /** What there is to do; a function, where that depends on what the device has just said. */
  readonly work: Work | ((after: AfterHearing) => Work)
  readonly at: Date
  /** Of the header: 212 where the device has just proven itself by digest, else 200. */
  readonly headerCode?: 200 | 212
}

const NEXT_MESSAGE = 1222
const ABORT = 1223

/**
 * The whole of a session: how it stands and what a device says, to how it stands then and what is
 * answered. No clock, no chance, no database.
 *
 * A message with number 1 begins a session and ends the one before: of what was given out in that one and
 * not answered, nobody knows whether it was done. Messages that came already are the caller's to see.
 *
 * @see windows-mdm.md 5.2 to 5.7
 */
export function answerMessage(
  before: SessionState | undefined,
  message: ClientMessage,
  { work, at, headerCode = 200 }: Occasion,
): Answered {
  const isSame = before?.sessionId === message.sessionId && message.messageId !== 1
  if (isSame && message.messageId <= before.received) {
    // Once more, and other than before: one of us has lost its way.
    return end(before, message, { headerCode, reactions: [], commands: [ABORT], how: 'confused' })
  }
  const interrupted = before && !isSame ? interruptedBy(before) : []
  // As many of ours have gone before as of the device's own: also those that asked it to prove itself.
  const sent = message.messageId - 1
  const current = { ...(isSame ? before : begin(message, at)), sent }
  const began: News[] = isSame ? [] : [{ kind: 'began', sessionId: message.sessionId }]
  const heard = hearMessage({ ...current, received: message.messageId }, message)
  const news = [...interrupted, ...began, ...heard.news]
  const { reactions } = heard

  if (heard.isOver) {
    const how = heard.news.some(({ kind }) => kind === 'unenrolled') ? 'done' : 'aborted'
    const over = end(heard.state, message, { headerCode, reactions, commands: [], how })
    return { ...over, news: [...news, ...over.news] }
  }
  const firstId = 2 + reactions.length
  if (heard.wantsNext) {
    const commands: ServerCommand[] = [{ verb: 'Alert', commandId: firstId, code: NEXT_MESSAGE }]
    const state = { ...heard.state, sent: current.sent + 1 }
    return { state, reply: write(state, message, { headerCode, reactions, commands }), news }
  }
  const todo = typeof work === 'function' ? work({ state: heard.state, news }) : work
  const given = giveWork(heard.state, todo, firstId)
  if (given.commands.length === 0) {
    const over = end(heard.state, message, { headerCode, reactions, commands: [], how: 'done' })
    return { ...over, news: [...news, ...over.news] }
  }
  const state = { ...given.state, sent: current.sent + 1 }
  const reply = write(state, message, { headerCode, reactions, commands: given.commands })
  return { state, reply, news: [...news, ...given.news] }
}

function begin(message: ClientMessage, at: Date): SessionState {
  return {
    sessionId: message.sessionId,
    startedAt: at.toISOString(),
    received: message.messageId,
    sent: 0,
    waiting: [],
    open: {},
    given: [],
  }
}

/** What nobody knows the end of, now that its session is over. */
const interruptedBy = ({ open }: SessionState): News[] =>
  Object.keys(open).map((command) => ({ kind: 'interrupted', command }))

type Reply = {
  readonly headerCode: number
  readonly reactions: readonly Reaction[]
  readonly commands: readonly ServerCommand[]
}

function end(
  state: SessionState,
  message: ClientMessage,
  reply: Omit<Reply, 'commands'> & {
    readonly commands: readonly number[]
    readonly how: 'done' | 'aborted' | 'confused'
  },
): Answered {
  const { headerCode, reactions, how } = reply
  const commands = reply.commands.map(
    (code, index): ServerCommand => ({
      verb: 'Alert',
      commandId: 2 + reactions.length + index,
      code,
    }),
  )
  const last = { ...state, sent: state.sent + 1 }
  return {
    state: undefined,
    reply: write(last, message, { headerCode, reactions, commands }),
    news: [...interruptedBy(state), { kind: 'ended', how }],
  }
}

function write(
  { sent }: SessionState,
  message: ClientMessage,
  { headerCode, reactions, commands }: Reply,
): ServerMessage {
  const { sessionId, messageId, source, target } = message
  const header = { commandRef: '0', command: 'SyncHdr', code: headerCode }
  const statuses = [header, ...reactions].map(
    (reaction, index): ServerStatus => ({
      ...reaction,
      commandId: index + 1,
      messageRef: messageId,
    }),
  )
  return { sessionId, messageId: sent, target: source, source: target, statuses, commands }
}
