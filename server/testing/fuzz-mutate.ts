import type { Dice } from './dice.ts'

/** No message is longer: that is what a hang is measured by. */
export const MOST_BYTES = 64 * 1024

/** What parsers trip over. */
const WORDS = [
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '<?x y?>',
  '<?xml version="1.0" encoding="utf-16"?>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '&#0;',
  '&#xD800;',
  '&#x10FFFF;',
  '&#99999999999999999999;',
  '&amp;',
  '&a;',
  '<a>',
  '</a>',
  '<a ',
  '/>',
  ' xmlns="u"',
  ' xmlns:a="u"',
  ' xmlns:xml="u"',
  ' a:b="c"',
  ' __proto__="x"',
  '<__proto__/>',
  '<constructor>',
  '<Final/>',
  '<MoreData/>',
  '<Item>',
  '-1',
  '1e9',
  '999999999',
  '999999999999999999999999999999',
  '\ufeff',
  '\u0000',
  '😀',
  '%00',
  '..',
  '\\',
  '@',
  '"',
  '{',
  '[',
  '\\ud800',
].map((word) => Buffer.from(word))
/** Tags and lengths of DER, and bytes that are no UTF-8. */
const BYTES = [
  [0x30, 0x80],
  [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
  [0x30, 0x83, 0x00, 0x00, 0x01],
  [0x06, 0x01, 0x80],
  [0x06, 0x28, ...Array<number>(40).fill(0xff)],
  [0x02, 0x00],
  [0x03, 0x01, 0x07],
  [0x1f, 0xff],
  [0xa0, 0x00],
  [0x31, 0x00],
  [0xff, 0xfe],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0x00],
].map((bytes) => Buffer.from(bytes))
const PIECES = [...WORDS, ...BYTES]

type Mutation = (bytes: Buffer, roll: Dice, others: readonly Buffer[]) => Buffer

const replace = (bytes: Buffer, at: number, length: number, by: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
const place = (bytes: Buffer, roll: Dice) => roll(bytes.length + 1)
const span = (bytes: Buffer, roll: Dice) => {
  const at = place(bytes, roll)
  return bytes.subarray(at, at + 1 + roll(64))
}

const MUTATIONS: readonly Mutation[] = [
  function flip(bytes, roll) {
    const changed = Buffer.from(bytes)
    const at = roll(bytes.length)
    if (bytes.length > 0) changed[at] = (bytes[at] ?? 0) ^ (1 << roll(8))
    return changed
  },
  function overwrite(bytes, roll) {
    const changed = Buffer.from(bytes)
    if (bytes.length > 0) changed[roll(bytes.length)] = roll(256)
    return changed
  },
  function count(bytes, roll) {
    const changed = Buffer.from(bytes)
    const at = roll(bytes.length)
    if (bytes.length > 0) changed[at] = (bytes[at] ?? 0) + (roll(2) === 0 ? 1 : -1)
    return changed
  },
  function cut(bytes, roll) {
    return replace(bytes, place(bytes, roll), 1 + roll(32), Buffer.alloc(0))
  },
  function truncate(bytes, roll) {
    return bytes.subarray(0, place(bytes, roll))
  },
  function insert(bytes, roll) {
    return replace(bytes, place(bytes, roll), roll(4), roll.pick(PIECES) ?? Buffer.alloc(0))
  },
  function move(bytes, roll) {
    return replace(bytes, place(bytes, roll), 0, span(bytes, roll))
  },
  function splice(bytes, roll, others) {
    const other = roll.pick(others) ?? bytes
    return Buffer.concat([
      bytes.subarray(0, place(bytes, roll)),
      other.subarray(place(other, roll)),
    ])
  },
  function repeat(bytes, roll) {
    const piece = roll(2) === 0 ? span(bytes, roll) : (roll.pick(PIECES) ?? bytes)
    const room = Math.max(0, MOST_BYTES - bytes.length)
    const times = Math.floor(room / Math.max(1, piece.length)) >> roll(12)
    return replace(bytes, place(bytes, roll), 0, Buffer.concat(Array(times).fill(piece)))
  },
  function repeatElement(bytes, roll) {
    const text = bytes.toString('latin1')
    const at = text.indexOf('<', place(bytes, roll))
    const end = text.indexOf('>', text.indexOf('>', at) + 1) + 1
    if (at < 0 || end <= at || end - at > 2000) return bytes
    const piece = bytes.subarray(at, end)
    const times = Math.floor(Math.max(0, MOST_BYTES - bytes.length) / piece.length) >> roll(12)
    return replace(bytes, end, 0, Buffer.concat(Array(times).fill(piece)))
  },
]

/** Changes bytes in one to six ways. At most `MOST_BYTES` come back. */
export function mutate(start: Buffer, roll: Dice, others: readonly Buffer[]): Buffer {
  let bytes = start
  for (let left = 1 + roll(6); left > 0; left -= 1) {
    bytes = roll.pick(MUTATIONS)?.(bytes, roll, others) ?? bytes
  }
  return bytes.subarray(0, MOST_BYTES)
}
