import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSyncml } from '../src/formats/syncml/read-syncml.ts'
import type {
  ClientMessage,
  ClientPart,
  ServerCommand,
  SyncmlItem,
} from '../src/formats/syncml/syncml-message.ts'
import { answerMessage } from '../src/management/answer-message.ts'
import {
  type News,
  operationsOf,
  type PendingCommand,
  SessionState,
} from '../src/management/session-state.ts'
import { sortNews } from '../src/management/sort-news.ts'

// A device that says whatever it likes, in any order, and a server that must not lose count of what it told.

const AT = new Date('2026-11-28T08:00:00Z')
const READS = ['./Device/R1', './Device/R2']

/** What a message says: numbers of ours are right, nearly right, or made up. */
type Said = {
  readonly session: string
  readonly step: 'next' | 'first' | 'again' | number
  readonly isFinal: boolean
  readonly parts: readonly SaidPart[]
}
type SaidPart = {
  readonly kind: 'status' | 'results' | 'alert' | 'replace' | 'other'
  /** Which of the commands that were given; beyond them it is made up. */
  readonly which: number
  readonly code: number
  readonly items: readonly SyncmlItem[]
}

const item = fc.record<SyncmlItem>({
  source: fc.constantFrom(undefined, './Device/R1', './Device/X', '__proto__', ''),
  target: fc.constantFrom(undefined, './Device/X'),
  format: fc.constantFrom(undefined, 'int', 'chr'),
  type: fc.constantFrom(
    undefined,
    'com.microsoft/MDM/LoginStatus',
    'com.microsoft/MDM/AADUserToken',
    'com.microsoft:mdm.unenrollment.userrequest',
  ),
  size: fc.constantFrom(undefined, 0, 4, 999_999_999),
  data: fc.constantFrom(undefined, 'user', '1234', 'x'.repeat(100)),
  hasMore: fc.boolean(),
})
const part = fc.record<SaidPart>({
  kind: fc.constantFrom('status', 'status', 'status', 'results', 'alert', 'replace', 'other'),
  which: fc.nat(8),
  code: fc.constantFrom(200, 200, 202, 212, 215, 404, 405, 500, 0, 1201, 1222, 1223, 1224, 1226),
  items: fc.array(item, { maxLength: 3 }),
})
const said = fc.record<Said>({
  session: fc.constantFrom('1', '1', '1', '2'),
  step: fc.oneof(
    { weight: 6, arbitrary: fc.constant('next' as const) },
    { weight: 2, arbitrary: fc.constant('first' as const) },
    { weight: 1, arbitrary: fc.constant('again' as const) },
    { weight: 1, arbitrary: fc.nat(9) },
  ),
  isFinal: fc.boolean(),
  parts: fc.array(part, { maxLength: 6 }),
})
const exec = (number: number): PendingCommand => ({
  id: `cmd_exec${number}`,
  needsUser: number % 2 === 1,
  steps: [{ verb: 'Exec', uri: `./Device/Exec/${number}` }],
})
const setting: PendingCommand = {
  id: 'cmd_setting',
  needsUser: false,
  steps: [
    { atomic: [{ verb: 'Replace', uri: './Device/A', format: 'int', data: '0' }] },
    { verb: 'Get', uri: './Device/B' },
  ],
}
const isRepeatable = (id: string) => id === setting.id

type Place = { readonly message: number; readonly command: ServerCommand }

function toMessage(said: Said, before: SessionState | undefined, given: readonly Place[]) {
  const last = before?.received ?? 0
  const numbers = { next: last + 1, first: 1, again: last }
  const toPart = ({ kind, which, code, items }: SaidPart, index: number): ClientPart => {
    const place = given.at(which - given.length)
    const messageRef = String(place?.message ?? which)
    const commandRef = String(place?.command.commandId ?? which)
    const commandId = String(index + 1)
    switch (kind) {
      case 'status':
        return {
          kind,
          commandId,
          messageRef,
          commandRef,
          command: 'X',
          code,
          originalError: undefined,
          items,
        }
      case 'results':
        return { kind, commandId, messageRef, commandRef, items }
      case 'alert':
        return { kind, commandId, code, items }
      case 'replace':
        return { kind, commandId, items }
      case 'other':
        return { kind, commandId, name: 'Put' }
    }
  }
  const message: ClientMessage = {
    sessionId: said.session,
    messageId: typeof said.step === 'number' ? said.step : numbers[said.step],
    target: 'https://mdm.example.org',
    source: 'dev',
    credentials: undefined,
    maxMessageSize: undefined,
    parts: said.parts.map(toPart),
    isFinal: said.isFinal,
  }
  return message
}

/** What whoever keeps the commands makes of the news, as `commands-store.ts` does. */
class Kept {
  readonly state = new Map<string, 'queued' | 'sent' | 'uncertain' | 'finished'>()
  readonly all: readonly PendingCommand[]

  constructor(all: readonly PendingCommand[]) {
    this.all = all
    for (const { id } of all) this.state.set(id, 'queued')
  }

  waiting() {
    return this.all.filter(({ id }) => this.state.get(id) === 'queued')
  }

  hear(news: readonly News[]) {
    for (const one of news) {
      if (one.kind === 'interrupted') {
        expect(this.state.get(one.command)).toBe('sent')
        this.state.set(one.command, isRepeatable(one.command) ? 'queued' : 'uncertain')
      } else if (one.kind === 'finished') {
        expect(this.state.get(one.command)).toBe('sent')
        expect(one.answers).toHaveLength(answersOf(this.all, one.command))
        this.state.set(one.command, 'finished')
      } else if (one.kind === 'sent') {
        expect(this.state.get(one.command)).toBe('queued')
        this.state.set(one.command, 'sent')
      }
    }
  }
}

const answersOf = (all: readonly PendingCommand[], id: string): number =>
  operationsOf(all.find((one) => one.id === id) ?? { steps: [] }).length

test('whatever a device says, nothing is thrown, no Exec is told twice, and what is kept stays small', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(said, { maxLength: 25 }), (conversation) => {
      const kept = new Kept([exec(0), setting, exec(1), exec(2)])
      const told: string[] = []
      let given: Place[] = []
      let state: SessionState | undefined
      for (const one of conversation) {
        const message = toMessage(one, state, given)
        const work = { commands: kept.waiting(), reads: READS }
        const answered = answerMessage(state, message, { work, at: AT })
        kept.hear(answered.news)
        for (const { kind } of answered.news) seen.add(kind)
        const { commands, messageId } = answered.reply
        told.push(...commands.flatMap((command) => (command.verb === 'Exec' ? [command.uri] : [])))
        given = [...given, ...commands.map((command) => ({ message: messageId, command }))].slice(
          -8,
        )
        state = answered.state
        // It lies in the database between two messages, and another process goes on from it.
        const text = JSON.stringify(state)
        if (state) expect(SessionState.parse(JSON.parse(text))).toEqual(JSON.parse(text))
        expect(text?.length ?? 0).toBeLessThan(20_000)
        // Whatever was told in a session that is over has an end, or nobody knows of it and says so.
        if (!state) expect([...kept.state.values()]).not.toContain('sent')
      }
      expect(new Set(told).size).toBe(told.length)
    }),
    { numRuns: 600 },
  )
  expect([...seen]).toEqual(
    expect.arrayContaining(['began', 'sent', 'finished', 'interrupted', 'ended', 'unenrolled']),
  )
})

test('a device that always names new nodes, or ever larger values, has only so much of it kept', () => {
  const now = new Date(0)
  const tell = (uri: string, value: string): News => ({
    kind: 'fact',
    uri,
    format: undefined,
    value,
    code: 200,
  })
  const many = sortNews(
    Array.from({ length: 25_000 }, (_, number) => tell(`./Device/${number}`, 'x')),
    {},
    now,
  )
  const large = sortNews(
    Array.from({ length: 8 }, (_, number) => tell(`./Device/${number}`, 'x'.repeat(3_000_000))),
    {},
    now,
  )
  const again = sortNews([tell('./Device/1', 'y'), tell('./Device/99999', 'y')], many.facts, now)
  const named = sortNews([tell('constructor', 'a'), tell('__proto__', 'b')], {}, now)

  expect(Object.keys(many.facts)).toHaveLength(20_000)
  expect(Object.keys(large.facts)).toHaveLength(5)
  // What is known already is still told anew.
  expect(again.facts['./Device/1']?.value).toBe('y')
  expect(again.facts['./Device/99999']).toBeUndefined()
  expect(named.changes).toEqual([])
  expect(Object.keys(JSON.parse(JSON.stringify(named.facts)))).toEqual(['constructor', '__proto__'])
})

test('a value that never ends is given up', () => {
  const text = (id: number, body: string) =>
    readSyncml(
      Buffer.from(`<SyncML><SyncHdr><SessionID>1</SessionID><MsgID>${id}</MsgID>
      <Source><LocURI>d</LocURI></Source></SyncHdr><SyncBody>${body}<Final/></SyncBody></SyncML>`),
    )
  const piece = `<Results><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>2</CmdRef><Item><Data>${'x'.repeat(3_000_000)}</Data><MoreData/></Item></Results>`
  const work = { commands: [], reads: ['./Device/R1'] }
  let { state } = answerMessage(undefined, text(1, ''), { work, at: AT })
  const sizes: number[] = []
  for (let id = 2; id < 8 && state; id += 1) {
    state = answerMessage(state, text(id, piece), { work, at: AT }).state
    sizes.push(JSON.stringify(state)?.length ?? 0)
  }

  expect(Math.max(...sizes)).toBeLessThan(9_000_000)
  expect(sizes.at(-1)).toBeLessThan(1000)
})
