import { TAG } from './read-der.ts'

/** Bytes of DER, one whole value each. */
export type Der = Uint8Array

/** A value of this tag whose content is these parts, one behind the other. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag), writeLength(content.length), content])
}

function writeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(0x80 | bytes.length, ...bytes)
}

export const sequence = (...parts: readonly Der[]): Der => writeDer(TAG.sequence, ...parts)
/** Of one part only: the order of several would be DER's to say. */
export const setOfOne = (part: Der): Der => writeDer(TAG.set, part)
export const octets = (content: Uint8Array): Der => writeDer(TAG.octetString, content)
export const utf8 = (text: string): Der => writeDer(0x0c, Buffer.from(text, 'utf8'))
/** Constructed, e.g. `[3]` around the extensions. */
export const tagged = (number: number, ...parts: readonly Der[]): Der =>
  writeDer(0xa0 | number, ...parts)
/** `[number]` in place of the value's own tag. */
export const implicit = (number: number, content: Uint8Array): Der =>
  writeDer(0x80 | number, content)
export const TRUE: Der = Uint8Array.of(0x01, 0x01, 0xff)
export const NULL: Der = Uint8Array.of(0x05, 0x00)

/** A bit string; `unused` bits at its end do not count. */
export const bits = (content: Uint8Array, unused = 0): Der =>
  writeDer(TAG.bitString, Uint8Array.of(unused), content)

/** A number from zero up, given in bytes, the highest first. */
export function unsigned(bytes: Uint8Array): Der {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1
  const shortest = bytes.subarray(start)
  // The highest bit would make it negative.
  const isHigh = ((shortest[0] ?? 0) & 0x80) !== 0
  return isHigh
    ? writeDer(TAG.integer, Uint8Array.of(0), shortest)
    : writeDer(TAG.integer, shortest.length === 0 ? Uint8Array.of(0) : shortest)
}

/** A whole number from zero up to 2^53. */
export function number(value: number): Der {
  const hex = value.toString(16)
  return unsigned(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'))
}

const oids = new Map<string, Der>()

/** An object identifier from its dotted form; those of our own code, so each is kept. */
export function oid(dotted: string): Der {
  const known = oids.get(dotted)
  if (known) return known
  const [top = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const written = writeDer(TAG.oid, Uint8Array.from([top * 40 + second, ...rest].flatMap(base128)))
  oids.set(dotted, written)
  return written
}

function base128(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift(0x80 | (rest % 128))
  }
  return digits
}

/** An instant to the second: with two digits for the year up to 2049, as RFC 5280 §4.1.2.5 has it. */
export function time(at: Date): Der {
  const digits = `${at.toISOString().slice(0, 19).replace(/\D/g, '')}Z`
  return at.getUTCFullYear() < 2050
    ? writeDer(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : writeDer(0x18, Buffer.from(digits, 'latin1'))
}
