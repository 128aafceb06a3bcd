import { z } from 'zod'
import type { OutsideAnswer, OutsideRequest } from '../platform/http/outside-call.ts'

/** The application by which Microsoft's push service knows us. */
export type WnsCredentials = { readonly sid: string; readonly secret: string }

/** Good for about a day. */
export type WnsToken = { readonly value: string; readonly expiresAt: Date }

/** Where the push service is. */
export type WnsPlace = {
  readonly tokenUrl: string
  /** Absent: Microsoft's own. Channels are taken at no other origin. */
  readonly origin: string | undefined
}

const MICROSOFT_TOKENS = 'https://login.live.com/accesstoken.srf'
const MICROSOFT_CHANNELS = '.notify.windows.com'
const LONGEST_CHANNEL = 2048

/** @param origin of a stand-in; absent: Microsoft's service. */
export const wnsPlace = (origin: string | undefined): WnsPlace => ({
  tokenUrl: origin === undefined ? MICROSOFT_TOKENS : `${origin}/accesstoken.srf`,
  origin,
})

/**
 * Whether a channel may be called. A device names it, and may name anything: also an address within our own
 * network.
 *
 * @see WNS "Push notification request and response headers"; windows-mdm.md 8.1; OWASP SSRF Prevention
 */
export function isChannel(uri: string, { origin }: WnsPlace): boolean {
  // What one reader of URLs takes for a slash, another may not.
  const isPlain = uri.length <= LONGEST_CHANNEL && !/[\s\\]/.test(uri)
  const url = isPlain ? URL.parse(uri) : null
  if (!url || url.username || url.password) return false
  if (origin !== undefined) return url.origin === origin
  return (
    url.protocol === 'https:' &&
    url.port === '' &&
    url.hostname.length > MICROSOFT_CHANNELS.length &&
    url.hostname.endsWith(MICROSOFT_CHANNELS)
  )
}

/** @see WNS "Push notification request and response headers" › Access token request */
export function wnsTokenRequest(
  { tokenUrl }: WnsPlace,
  { sid, secret }: WnsCredentials,
): OutsideRequest {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: sid,
    client_secret: secret,
    scope: 'notify.windows.com',
  })
  return {
    method: 'POST',
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  }
}

const TokenAnswer = z.object({
  access_token: z
    .string()
    .min(1)
    .max(8000)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().int().min(1).optional(),
})
const DAY_SECONDS = 24 * 60 * 60
/** Anew this long before its end: clocks differ. */
const EARLY_SECONDS = 10 * 60

export type WnsTokenOutcome =
  | { readonly kind: 'token'; readonly token: WnsToken }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number | undefined }

export function readWnsToken(answer: OutsideAnswer, now: Date): WnsTokenOutcome {
  if (answer.kind === 'failed') return { kind: 'unavailable', retryAfterSeconds: undefined }
  const { status, headers, body } = answer
  if (status === 200) {
    const read = TokenAnswer.safeParse(parseJson(body))
    if (!read.success) return { kind: 'unavailable', retryAfterSeconds: undefined }
    const { access_token: value, expires_in: seconds = DAY_SECONDS } = read.data
    const lifeSeconds = Math.max(seconds / 2, seconds - EARLY_SECONDS)
    const expiresAt = new Date(now.getTime() + lifeSeconds * 1000)
    return { kind: 'token', token: { value, expiresAt } }
  }
  if (status === 400 || status === 401 || status === 403) return { kind: 'refused', status }
  return { kind: 'unavailable', retryAfterSeconds: readRetryAfter(headers, now) }
}

/**
 * Tells a device to begin a session: a raw notification, which the service keeps for it until it is
 * reachable. What it says does not matter; it must say something.
 *
 * @param ttlSeconds after which the device is to be left alone.
 * @see Windows "Push notification support for device management"
 */
export function wnsNotification(
  channel: string,
  token: WnsToken,
  ttlSeconds: number,
): OutsideRequest {
  return {
    method: 'POST',
    url: channel,
    headers: {
      authorization: `Bearer ${token.value}`,
      'content-type': 'application/octet-stream',
      'x-wns-type': 'wns/raw',
      'x-wns-cache-policy': 'cache',
      'x-wns-requestforstatus': 'true',
      'x-wns-ttl': String(ttlSeconds),
    },
    body: 'session',
  }
}

/** What became of a notification. */
export type WnsOutcome =
  | { readonly kind: 'received' | 'dropped'; readonly status: number }
  /** Another token may do. */
  | { readonly kind: 'unauthorized'; readonly status: number }
  /** The channel is of another application. */
  | { readonly kind: 'forbidden'; readonly status: number }
  /** The channel is over. */
  | { readonly kind: 'channelGone'; readonly status: number }
  /** A fault of ours: sending it again changes nothing. */
  | { readonly kind: 'rejected'; readonly status: number }
  | {
      readonly kind: 'throttled' | 'unavailable'
      /** 0: nobody was reached. */
      readonly status: number
      readonly retryAfterSeconds: number | undefined
    }

/** @see WNS "Push notification request and response headers" › Response codes, X-WNS-Status */
export function readWnsAnswer(answer: OutsideAnswer, now: Date): WnsOutcome {
  if (answer.kind === 'failed') {
    return { kind: 'unavailable', status: 0, retryAfterSeconds: undefined }
  }
  const { status, headers } = answer
  const retryAfterSeconds = readRetryAfter(headers, now)
  switch (status) {
    case 200:
      switch (headers['x-wns-status']?.toLowerCase()) {
        case 'dropped':
          return { kind: 'dropped', status }
        case 'channelthrottled':
          return { kind: 'throttled', status, retryAfterSeconds }
        default:
          return { kind: 'received', status }
      }
    case 401:
      return { kind: 'unauthorized', status }
    case 403:
      return { kind: 'forbidden', status }
    case 404:
    case 410:
      return { kind: 'channelGone', status }
    // 406 is the service's own way to say it; what stands before it says 429.
    case 406:
    case 429:
      return { kind: 'throttled', status, retryAfterSeconds }
    default:
      return status >= 500
        ? { kind: 'unavailable', status, retryAfterSeconds }
        : { kind: 'rejected', status }
  }
}

const LONGEST_WAIT_SECONDS = DAY_SECONDS

/** RFC 9110 §10.2.3: seconds, or a date. */
function readRetryAfter(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const text = headers['retry-after']?.trim()
  if (!text) return undefined
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - now.getTime()) / 1000)
  if (!Number.isFinite(seconds) || seconds < 0) return undefined
  return Math.min(seconds, LONGEST_WAIT_SECONDS)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
