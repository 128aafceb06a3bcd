/**
 * Writes ASN.1 in DER: Node's crypto can read certificates but not write them.
 * @see ITU-T X.690
 */
export const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts))
export const set = (...parts: Buffer[]) => tagged(0x31, Buffer.concat(parts))
export const explicit = (number: number, ...parts: Buffer[]) =>
  tagged(0xa0 | number, Buffer.concat(parts))
export const integer = (bytes: Buffer) => tagged(0x02, bytes)
export const utf8 = (text: string) => tagged(0x0c, Buffer.from(text))
export const octets = (content: Buffer) => tagged(0x04, content)
export const bitString = (content: Buffer) =>
  tagged(0x03, Buffer.concat([Buffer.from([0]), content]))
export const nothing = () => Buffer.from([0x05, 0x00])

/** An object identifier in its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(toBase128)]))
}

export function time(instant: Date): Buffer {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+/g, '')
  // RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.
  return instant.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits))
}

export function tagged(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const size = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content])
}

function toBase128(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(0x80 | (rest % 128))
  return digits
}
