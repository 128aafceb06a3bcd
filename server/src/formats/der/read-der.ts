/** One value of DER: its tag, where its content is, and its whole extent with tag and length. */
export type DerValue = {
  readonly tag: number
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

/** Bytes that are no DER, or not the DER that was expected. */
export class DerRefused extends Error {
  readonly code = 'derRefused'
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Deeper than any certificate request. */
const MOST_VALUES = 2000

/**
 * The values that follow one another in these bytes, and nothing beside them. Definite lengths only,
 * in their shortest form, as DER has it.
 *
 * @throws {DerRefused}
 */
export function readDer(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = readOne(bytes, at)
    values.push(value)
    at += value.whole.length
    if (values.length > MOST_VALUES) throw new DerRefused('Too many values')
  }
  return values
}

function readOne(bytes: Uint8Array, start: number): DerValue {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined) throw new DerRefused('Breaks off')
  // Numbers of tags beyond 30 do not occur where this is used.
  if ((tag & 0x1f) === 0x1f) throw new DerRefused('A tag of several bytes')
  const { length, used } = readLength(bytes, start + 1, first)
  const from = start + 1 + used
  if (from + length > bytes.length) throw new DerRefused('Breaks off')
  return {
    tag,
    content: bytes.subarray(from, from + length),
    whole: bytes.subarray(start, from + length),
  }
}

function readLength(bytes: Uint8Array, at: number, first: number) {
  if (first < 0x80) return { length: first, used: 1 }
  const count = first & 0x7f
  if (count === 0 || count > 4) throw new DerRefused('A length that DER does not know')
  let length = 0
  for (let index = 1; index <= count; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) throw new DerRefused('Breaks off')
    length = length * 256 + byte
  }
  const isShortest = length >= 0x80 && (bytes[at + 1] ?? 0) !== 0
  if (!isShortest) throw new DerRefused('A length that is not in its shortest form')
  return { length, used: 1 + count }
}

/** The one value in these bytes, of this kind. @throws {DerRefused} */
export function readSingle(bytes: Uint8Array, tag: number): DerValue {
  const [value, more] = readDer(bytes)
  if (!value || more || value.tag !== tag) throw new DerRefused('Not what was expected')
  return value
}

/** An object identifier in its dotted form. @throws {DerRefused} */
export function readOid({ tag, content }: DerValue): string {
  if (tag !== TAG.oid || content.length === 0 || content.length > 40) {
    throw new DerRefused('No object identifier')
  }
  const numbers: bigint[] = []
  let number = 0n
  for (const [index, byte] of content.entries()) {
    if (number === 0n && byte === 0x80) throw new DerRefused('No object identifier')
    number = (number << 7n) | BigInt(byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(number)
      number = 0n
    } else if (index === content.length - 1) throw new DerRefused('Breaks off')
  }
  const [joined = 0n, ...rest] = numbers
  const top = joined < 80n ? joined / 40n : 2n
  return [top, joined - top * 40n, ...rest].join('.')
}

/** The bytes of a bit string that ends with a whole byte. @throws {DerRefused} */
export function readBits({ tag, content }: DerValue): Uint8Array {
  if (tag !== TAG.bitString || content[0] !== 0)
    throw new DerRefused('No bit string of whole bytes')
  return content.subarray(1)
}

/** `YYMMDDhhmmssZ`, of the years 1950 to 2049, or `YYYYMMDDhhmmssZ`. */
const TIME = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** An instant as certificates and messages tell it. @throws {DerRefused} @see RFC 5280 4.1.2.5 */
export function readTime({ tag, content }: DerValue): Date {
  const isShort = tag === TAG.utcTime
  const match = TIME.exec(Buffer.from(content).toString('latin1'))
  if ((!isShort && tag !== TAG.generalizedTime) || !match || isShort !== (match[1] === undefined)) {
    throw new DerRefused('No time')
  }
  const [, century, year = '', month, day, hour, minute, second] = match
  const whole = century ?? (Number(year) >= 50 ? '19' : '20')
  const time = new Date(`${whole}${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(time.getTime())) throw new DerRefused('No time')
  return time
}
