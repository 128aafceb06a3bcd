import fc from 'fast-check'
import { type Dice, dice } from './dice.ts'
import type { Corpus, FuzzKind } from './fuzz-corpus.ts'
import { ENTRANCES, type Entrance } from './fuzz-entrances.ts'
import { MOST_BYTES, mutate } from './fuzz-mutate.ts'

export type FuzzMessage = { readonly entrance: Entrance; readonly bytes: Buffer }

const CHOICES = ENTRANCES.flatMap((entrance) => Array<Entrance>(entrance.share).fill(entrance))
/** One message in so many is made by a generator and not by changing another one. */
const GENERATED_EVERY = 16

/** The message of this number. Nothing but seed, number and corpus decide what it is. */
export function makeFuzzMessage(corpus: Corpus, seed: number, number: number): FuzzMessage {
  const roll = dice(Math.imul(seed, 1_000_003) + number)
  // What comes first of neighbouring seeds is alike.
  for (let skipped = 0; skipped < 4; skipped += 1) roll(2)
  const entrance = roll.pick(CHOICES)
  if (!entrance) throw new Error('there is no entrance')
  const bytes =
    roll(GENERATED_EVERY) === 0
      ? generate(entrance.takes, roll)
      : mutate(roll.pick(corpus[entrance.takes]) ?? Buffer.alloc(0), roll, corpus[entrance.takes])
  return { entrance, bytes: bytes.subarray(0, MOST_BYTES) }
}

function generate(kind: FuzzKind, roll: Dice): Buffer {
  const [made] = fc.sample(GENERATORS[kind], { numRuns: 1, seed: roll(2 ** 31) })
  return made ?? Buffer.alloc(0)
}

const NAMES = [
  'Envelope',
  'Header',
  'Body',
  'Security',
  'BinarySecurityToken',
  'Discover',
  'request',
  'RequestSecurityToken',
  'SyncML',
  'SyncHdr',
  'SyncBody',
  'Status',
  'Results',
  'Alert',
  'Replace',
  'Item',
  'Data',
  'CmdID',
  'MsgRef',
  'CmdRef',
  'Source',
  'LocURI',
  '__proto__',
  'constructor',
]

const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom('', ' xmlns="u"', ' xmlns:p="u"', ' p:a="1"', ' ValueType="x#PKCS7"'),
      fc.oneof({ maxDepth: 8 }, fc.string(), fc.array(tie('element'), { maxLength: 5 })),
    )
    .map(([name, attributes, inner]) => {
      const content = typeof inner === 'string' ? escapeText(inner) : inner.join('')
      return `<${name}${attributes}>${content}</${name}>`
    }),
}))
const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
/** With everything around it that gets it as far as possible. */
const around = (before: string, after: string) =>
  element.map((inner) => Buffer.from(before + inner + after))

const { der } = fc.letrec<{ der: Buffer }>((tie) => ({
  der: fc
    .tuple(
      fc.constantFrom(0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x18, 0x30, 0x31, 0xa0, 0xa3),
      fc.oneof(
        { maxDepth: 6 },
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc.array(tie('der'), { maxLength: 5 }).map((parts) => Buffer.concat(parts)),
      ),
    )
    .map(([tag, content]) => Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content])),
}))
function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, (length >> 8) & 0xff, length & 0xff]
}

const token = fc.tuple(fc.json(), fc.json(), fc.base64String()).map(([header, claims, signature]) =>
  Buffer.from(
    [header, claims]
      .map((part) => Buffer.from(part).toString('base64url'))
      .concat(signature.replace(/[+/=]/g, '_') || '_')
      .join('.'),
  ),
)

const GENERATORS: Readonly<Record<FuzzKind, fc.Arbitrary<Buffer>>> = {
  soap: around('<Envelope><Body>', '</Body></Envelope>'),
  syncml: around(
    '<SyncML><SyncHdr><SessionID>1</SessionID><MsgID>1</MsgID><Source><LocURI>a</LocURI></Source></SyncHdr><SyncBody>',
    '<Final/></SyncBody></SyncML>',
  ),
  request: der,
  signedData: der,
  certificate: der,
  key: der,
  token,
  text: fc
    .oneof(fc.webUrl(), fc.json(), fc.string({ unit: 'binary' }))
    .map((text) => Buffer.from(text)),
}
