import { carryOut, readNode, type Verb } from '../csp/carry-out.ts'
import type { Machine } from '../csp/machine.ts'
import type { Outcome } from '../csp/node.ts'
import type { Part, ResultItem } from './client-message.ts'
import type { LargeObjects } from './large-objects.ts'
import type { Command, Item } from './server-message.ts'

/** A command as it was taken: what the report tells of it. */
export type CarriedOut = {
  /** The server's message: the first is 1. */
  readonly message: number
  readonly cmdId: string
  readonly name: string
  readonly target: string | undefined
  readonly data: string
  readonly status: number
}

export type Answering = {
  readonly machine: Machine
  /** MsgID of the server's message. */
  readonly msgRef: string
  readonly message: number
  readonly largeObjects: LargeObjects
  readonly carriedOut: CarriedOut[]
}

/** Carries out the commands of a message in their order. @returns statuses and results */
export function answerCommands(commands: readonly Command[], answering: Answering): Part[] {
  return commands.flatMap((command) => {
    const parts = answer(command, answering)
    return command.noResp ? parts.filter(({ kind }) => kind !== 'status') : parts
  })
}

function answer(command: Command, answering: Answering): Part[] {
  const { name, refusal } = command
  if (name === 'Atomic') return answerAtomic(command, answering)
  if (refusal !== undefined) return [status(command, { status: refusal }, answering)]
  if (name === 'Sequence')
    return [
      status(command, { status: 200 }, answering),
      ...answerCommands(command.inside, answering),
    ]
  if (name === 'Alert') return [status(command, { status: answerAlert(command) }, answering)]
  return name === 'Get' ? answerGet(command, answering) : answerChange(command, answering)
}

/** Messages to the person at the PC are not shown. */
function answerAlert({ data }: Command): number {
  return /^11\d\d$/.test(data) ? 406 : 200
}

function answerGet(command: Command, answering: Answering): Part[] {
  const results: ResultItem[] = []
  const outcomes = command.items.map((item) => {
    const { found, ...outcome } = readNode(answering.machine, item.target ?? '', item.query)
    for (const { below, format, value } of found)
      results.push({ source: `${item.target}${below}`, format, data: value })
    return outcome
  })
  const statuses = tell(command, outcomes, answering)
  if (results.length === 0) return statuses
  const { msgRef } = answering
  return [...statuses, { kind: 'results', msgRef, cmdRef: command.cmdId, items: results }]
}

function answerChange(command: Command, answering: Answering): Part[] {
  const outcomes = command.items.map((item) => change(command, item, answering))
  return tell(command, outcomes, answering)
}

function change({ name }: Command, item: Item, answering: Answering): Outcome {
  const whole = answering.largeObjects.take(item)
  if ('status' in whole) return whole
  // What is not a Verb was refused when it was read.
  const verb = name as Exclude<Verb, 'Get'>
  return carryOut(answering.machine, verb, item.target ?? '', { ...item, data: whole.data })
}

/** One status for all items alike, or one for each. */
function tell(command: Command, outcomes: readonly Outcome[], answering: Answering): Part[] {
  const [first] = outcomes
  if (!first) return []
  if (outcomes.every((outcome) => outcome.status === first.status))
    return [status(command, first, answering)]
  return outcomes.map((outcome, index) =>
    status(command, outcome, answering, command.items[index]?.target),
  )
}

/**
 * All or nothing: what was done is undone (216), what was not reached is not done (215).
 *
 * @see OMA-TS-DM_RepPro-V1_2 §6.6.2 Atomic
 */
function answerAtomic(command: Command, answering: Answering): Part[] {
  const { machine } = answering
  const before = { state: structuredClone(machine.state), enrolment: machine.enrolment }
  let failed = command.refusal !== undefined
  const parts = command.inside.map((inner): { inner: Command; outcome: Outcome } => {
    if (failed) return { inner, outcome: { status: 215 } }
    const outcome = carryOutInside(inner, answering)
    failed = outcome.status >= 300
    return { inner, outcome }
  })
  if (failed) {
    for (const key of Object.keys(machine.state)) Reflect.deleteProperty(machine.state, key)
    Object.assign(machine.state, before.state)
    machine.enrolment = before.enrolment
  }
  const asTold = ({ status: code, ...more }: Outcome): Outcome =>
    failed && code < 300 && code !== 215 ? { status: 216 } : { status: code, ...more }
  return [
    status(command, { status: failed ? (command.refusal ?? 507) : 200 }, answering),
    ...parts.map(({ inner, outcome }) => status(inner, asTold(outcome), answering)),
  ]
}

function carryOutInside(inner: Command, answering: Answering): Outcome {
  if (inner.refusal !== undefined) return { status: inner.refusal }
  if (!['Add', 'Replace', 'Delete', 'Exec'].includes(inner.name)) return { status: 500 }
  for (const item of inner.items) {
    const outcome = change(inner, item, answering)
    if (outcome.status >= 300) return outcome
  }
  return { status: 200 }
}

function status(
  command: Command,
  outcome: Outcome,
  answering: Answering,
  targetRef?: string,
): Part {
  const { cmdId, name, items, data } = command
  answering.carriedOut.push({
    message: answering.message,
    cmdId,
    name,
    target: targetRef ?? items[0]?.target,
    data: name === 'Alert' ? data : (items[0]?.data ?? ''),
    status: outcome.status,
  })
  return {
    kind: 'status',
    msgRef: answering.msgRef,
    cmdRef: cmdId,
    command: name,
    targetRef,
    ...outcome,
  }
}
