import type { AnswerOf } from '@mooring/contract/endpoints'
import type { Tone } from '../ui/tone.ts'
import type { DeviceNode, HowToRead, Said, Word } from './device-node.ts'
import { plainUri } from './device-nodes.ts'

export type Fact = AnswerOf<'getDeviceFacts'>['items'][number]

export type Saying = { readonly tone: Tone; readonly word: Word }

/** What a value means. */
export type Reading =
  /** The device has said nothing, or that it does not know. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'state'; readonly sayings: readonly Saying[] }
  /** A value that Microsoft does not document for this node. */
  | { readonly kind: 'strange'; readonly value: string }
  | { readonly kind: 'text' | 'time' | 'edition'; readonly value: string }
  | { readonly kind: 'megabytes'; readonly megabytes: number }

/** Facts by their node, however the device writes it. */
export type FactBook = ReadonlyMap<string, Fact>

export function bookOf(facts: readonly Fact[]): FactBook {
  return new Map(facts.map((fact) => [plainUri(fact.uri).toLowerCase(), fact]))
}

export const factOf = (book: FactBook, node: DeviceNode) => book.get(node.uri.toLowerCase())

/** What a device said, or whether it said anything. */
export function readFact(node: DeviceNode, fact: Fact | undefined): Reading {
  if (!fact || fact.code < 200 || fact.code >= 300) return { kind: 'unknown' }
  return readValue(node, fact.value)
}

export function readValue({ read }: DeviceNode, given: string | null): Reading {
  const value = given?.trim() ?? ''
  if (value === '') return { kind: 'unknown' }
  switch (read.kind) {
    case 'text':
    case 'edition':
      return { kind: read.kind, value }
    case 'time':
      return Number.isNaN(Date.parse(value)) ? { kind: 'text', value } : { kind: 'time', value }
    case 'megabytes':
      return /^\d+$/.test(value)
        ? { kind: 'megabytes', megabytes: Number(value) }
        : { kind: 'strange', value }
    case 'state':
      return said(read.states[asNumber(value)], value)
    case 'prefix':
      return said(
        Object.entries(read.states).find(([start]) => value.startsWith(start))?.[1],
        value,
      )
    case 'bits':
      return readBits(read, value)
  }
}

function said(found: Said | undefined, value: string): Reading {
  if (!found) return { kind: 'strange', value }
  const [tone, word] = found
  return { kind: 'state', sayings: [{ tone, word }] }
}

function readBits(read: Extract<HowToRead, { kind: 'bits' }>, value: string): Reading {
  if (!/^\d+$/.test(value)) return { kind: 'strange', value }
  const number = Number(value)
  const set = Object.entries(read.bits)
    .filter(([bit]) => Math.floor(number / 2 ** Number(bit)) % 2 === 1)
    .map(([, [tone, word]]) => ({ tone, word }))
  // Bits that nobody has described are no reason to call it well.
  if (set.length === 0) return number === 0 ? said(read.none, value) : { kind: 'strange', value }
  const once = new Map(set.map((saying) => [saying.word, saying]))
  return { kind: 'state', sayings: [...once.values()] }
}

/** Windows writes a bool as `true`, and some nodes as `1`. */
function asNumber(value: string): string {
  const lower = value.toLowerCase()
  if (lower === 'true') return '1'
  return lower === 'false' ? '0' : value
}

const WORST_FIRST = [
  'wrong',
  'attention',
  'unknown',
  'busy',
  'info',
  'ok',
  'off',
] as const satisfies readonly Tone[]

/** Whether a node's values say good or bad. */
export const isJudged = ({ read }: DeviceNode) =>
  read.kind === 'state' || read.kind === 'prefix' || read.kind === 'bits'

/** How grave a reading is; nothing for a mere value. */
export function toneOf(reading: Reading): Tone | undefined {
  if (reading.kind === 'unknown' || reading.kind === 'strange') return 'unknown'
  if (reading.kind !== 'state') return undefined
  return WORST_FIRST.find((tone) => reading.sayings.some((saying) => saying.tone === tone))
}

/** When a device was last heard: "last seen" is written a little later than what it told. */
export function lastHeard(lastSeenAt: string | null, facts: readonly Fact[]): string | null {
  const told = facts.map(({ since }) => since)
  // ISO instants of one zone sort as text.
  return [...(lastSeenAt === null ? [] : [lastSeenAt]), ...told].sort().at(-1) ?? null
}
