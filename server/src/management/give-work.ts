import type { Operation, ServerCommand } from '../formats/syncml/syncml-message.ts'
import { sizeOfCommand } from '../formats/syncml/write-syncml.ts'
import {
  type News,
  operationsOf,
  type PendingCommand,
  type SessionState,
  type Waiting,
  type Work,
} from './session-state.ts'

/** Bytes of commands in one message: far below what Windows takes, and enough for any single one. */
const MESSAGE_BUDGET = 96 * 1024
/** Answers to more would not fit into one message of the device's either. */
const READS_AT_ONCE = 80

type Given = {
  readonly state: SessionState
  readonly commands: readonly ServerCommand[]
  readonly news: readonly News[]
}

/**
 * Chooses what a device is told next, in the order it was asked for, as much as fits. The rest waits for
 * the next message of the same session.
 *
 * @param firstId of the commands: each in a message has its own.
 */
export function giveWork(before: SessionState, work: Work, firstId: number): Given {
  const message = before.sent + 1
  const state = structuredClone(before)
  const commands: ServerCommand[] = []
  const news: News[] = []
  let nextId = firstId
  let bytes = 0

  const isGiven = new Set(state.given)
  const give = (made: readonly Made[], name: string): boolean => {
    const size = made.reduce((sum, { command }) => sum + sizeOfCommand(command), 0)
    // One that alone is larger goes alone: Windows may still take it.
    if (bytes > 0 && bytes + size > MESSAGE_BUDGET) return false
    bytes += size
    commands.push(...made.map(({ command }) => command))
    state.waiting.push(...made.flatMap(({ waiting }) => waiting))
    state.given.push(name)
    return true
  }

  for (const pending of work.commands) {
    if (isGiven.has(pending.id)) continue
    if (pending.needsUser && state.login !== 'user') continue
    const { made, id } = makeCommand(pending, message, nextId)
    // Later ones stay behind it: they may rest on it.
    if (!give(made, pending.id)) return { state, commands, news }
    nextId = id
    const parts = operationsOf(pending).length
    state.open[pending.id] = { parts, answers: Array.from({ length: parts }, () => null) }
    news.push({ kind: 'sent', command: pending.id })
  }
  const reads = work.reads.filter((uri) => !isGiven.has(uri)).slice(0, READS_AT_ONCE)
  for (const uri of reads) {
    const commandId = nextId
    const waiting: Waiting = {
      message,
      command: commandId,
      isGet: true,
      purpose: { kind: 'read', uri },
    }
    if (!give([{ command: { verb: 'Get', uri, commandId }, waiting: [waiting] }], uri)) break
    nextId += 1
  }
  return { state, commands, news }
}

type Made = { readonly command: ServerCommand; readonly waiting: readonly Waiting[] }

function makeCommand(pending: PendingCommand, message: number, firstId: number) {
  let id = firstId
  let part = 0
  const take = (operation: Operation) => {
    const commandId = id++
    const waiting: Waiting = {
      message,
      command: commandId,
      isGet: operation.verb === 'Get',
      purpose: {
        kind: 'command',
        id: pending.id,
        part: part++,
        verb: operation.verb,
        uri: operation.uri,
      },
    }
    return { command: { ...operation, commandId }, waiting }
  }
  const made = pending.steps.map((step): Made => {
    if (!('atomic' in step)) {
      const { command, waiting } = take(step)
      return { command, waiting: [waiting] }
    }
    const commandId = id++
    const inner = step.atomic.map(take)
    const frame: Waiting = {
      message,
      command: commandId,
      isGet: false,
      purpose: { kind: 'frame', id: pending.id },
    }
    return {
      command: { verb: 'Atomic', commandId, commands: inner.map(({ command }) => command) },
      waiting: [frame, ...inner.map(({ waiting }) => waiting)],
    }
  })
  return { made, id }
}
