import { HTTP_STATUSES, TERMS_WORDS, WINDOWS_CODES } from './codes.ts'

/** A code that somebody pasted, as it is known here. */
export type ReadCode =
  /** `code` as Windows writes it: `0x80180014`. */
  | { readonly kind: 'windows'; readonly code: string }
  | { readonly kind: 'http'; readonly code: string; readonly status: number }
  | { readonly kind: 'aadsts'; readonly code: string }
  | { readonly kind: 'terms'; readonly code: string }
  /** Nobody has words for this very code; its family says where to look. */
  | { readonly kind: 'family'; readonly code: string; readonly family: Family }
export type Family = 'enroller' | 'join' | 'windows' | 'signInView' | 'broker'

/** What a message holds that can be looked up. */
export type Reading = {
  readonly codes: readonly ReadCode[]
  /** Ids of attempts, requests and traces, as they were written. */
  readonly ids: readonly string[]
}

/** More than a screenshot or a page of a log has that means something. */
const MOST = 10

const HEX = /(?<![\w-])(?:0x)?(8018|801c|8019|8007)([0-9a-f]{4})(?![\w-])/gi
/** Event logs write the same as a number with a sign. */
const SIGNED = /(?<![\w.-])-(2\d{9})(?![\w.])/g
const BROKER = /(?<![\w-])(?:0x)?caa([0-9a-f]{5})(?![\w-])/gi
const AADSTS = /(?<!\w)AADSTS(\d{4,9})(?!\d)/gi
const STATUS =
  /(?<![\w-])(?:http(?:\/\d(?:\.\d)?)?|status(?:\s*code)?|error(?:\s*code)?)\s*[:=]?\s*([1-5]\d\d)(?!\d)/gi
const BARE_STATUS = /^\s*([1-5]\d\d)\s*$/
const WORDS = new RegExp(`(?<!\\w)(${TERMS_WORDS.join('|')})(?!\\w)`, 'gi')
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const OWN_ID = /(?<!\w)(?:req|enr|dev)_[0-9A-Za-z]{8,40}(?!\w)/g

/**
 * Finds the codes and ids in what somebody pasted: a code, a client-request-id, or a whole message.
 * Each is there once, in the order of the text; of very many the first ten.
 */
export function readCodes(text: string): Reading {
  // A GUID's parts can look like codes.
  const bare = text.replace(GUID, ' ')
  const found = [
    ...matches(bare, HEX, ([, facility = '', rest = '']) => toCode(`0x${facility}${rest}`)),
    ...matches(bare, SIGNED, ([, digits = '']) => fromSigned(Number(digits))),
    ...matches(bare, BROKER, ([, digits = '']) => fromBroker(digits.toUpperCase())),
    ...matches(bare, AADSTS, ([, digits = '']) => ({ kind: 'aadsts', code: `AADSTS${digits}` })),
    ...matches(bare, STATUS, ([, digits = '']) => toStatus(Number(digits))),
    ...matches(bare, BARE_STATUS, ([, digits = '']) => toStatus(Number(digits))),
    ...matches(bare, WORDS, ([, word = '']) => ({ kind: 'terms', code: spelled(word) })),
  ]
  found.sort((one, other) => one.at - other.at)
  const codes = new Map<string, ReadCode>()
  for (const { code } of found) if (code && !codes.has(code.code)) codes.set(code.code, code)
  const ids = [...text.matchAll(GUID), ...text.matchAll(OWN_ID)].map(([id]) => id)
  return {
    codes: [...codes.values()].slice(0, MOST),
    ids: [...new Set(ids)].slice(0, MOST),
  }
}

type Found = { readonly at: number; readonly code: ReadCode | undefined }

function matches(
  text: string,
  pattern: RegExp,
  read: (match: RegExpMatchArray) => ReadCode | undefined,
): Found[] {
  const all = pattern.global ? text.matchAll(pattern) : [text.match(pattern)]
  return [...all].flatMap((match) => (match ? [{ at: match.index ?? 0, code: read(match) }] : []))
}

/** @param text eight hexadecimal digits behind `0x`. */
function toCode(text: string): ReadCode {
  const code = `0x${text.slice(2).toUpperCase()}`
  if (WINDOWS_CODES[code]) return { kind: 'windows', code }
  const facility = code.slice(2, 6)
  const rest = Number.parseInt(code.slice(6), 16)
  // Facility 0x19 is that of HTTP: the rest is the status.
  if (facility === '8019' && rest >= 100 && rest < 600) return { kind: 'http', code, status: rest }
  if (facility === '8018') return { kind: 'family', code, family: 'enroller' }
  return { kind: 'family', code, family: facility === '801C' ? 'join' : 'windows' }
}

function fromSigned(digits: number): ReadCode | undefined {
  const hex = (2 ** 32 - digits).toString(16).toUpperCase()
  return /^(?:8018|801C|8019|8007)/.test(hex) ? toCode(`0x${hex}`) : undefined
}

/**
 * `CAA30194` is HTTP 404 within the sign-in window, `CAA82EE2` a fault of the network, `CAA2…` Entra's no.
 * Observed: in reports of users; Microsoft documents only some (windows-mdm.md 4.8).
 */
function fromBroker(digits: string): ReadCode {
  const code = `CAA${digits}`
  const rest = Number.parseInt(digits.slice(1), 16)
  if (digits.startsWith('3') && rest >= 100 && rest < 600)
    return { kind: 'http', code, status: rest }
  const network = `0x8007${digits.slice(1)}`
  if (digits.startsWith('8') && WINDOWS_CODES[network]) return { kind: 'windows', code: network }
  const family = digits.startsWith('2') ? 'signInView' : 'broker'
  return { kind: 'family', code, family }
}

const toStatus = (status: number): ReadCode => ({ kind: 'http', code: `HTTP ${status}`, status })

const spelled = (word: string) =>
  TERMS_WORDS.find((known) => known.toLowerCase() === word.toLowerCase()) ?? word

/** `doctor.http.<this>`. */
export function httpKey(status: number): string {
  if (HTTP_STATUSES.has(status)) return String(status)
  return status >= 300 && status < 400 ? '3xx' : 'other'
}
