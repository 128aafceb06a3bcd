import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import {
  checkServerIdentity,
  connect,
  type DetailedPeerCertificate,
  rootCertificates,
} from 'node:tls'
import { guardedLookup } from './guarded-lookup.ts'

export type OutsideRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
export type OutsideAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** Names in lower case; the last of several. */
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }
  /** `code`: Node's or OpenSSL's word: `ENOTFOUND`, `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `TIMEOUT` … */
  | { readonly kind: 'failed'; readonly code: string }

/** What a server shows of itself before anything is said. */
export type Handshake =
  | {
      readonly kind: 'shaken'
      /** Why its certificate is not trusted; `ERR_TLS_CERT_ALTNAME_INVALID` for another name. */
      readonly distrust: string | undefined
      readonly protocol: string
      readonly subject: string
      readonly issuer: string
      readonly notAfter: Date
      /** Whether the chain ends at a root that every device knows, as far as Mozilla's list tells. */
      readonly isPublicRoot: boolean
    }
  | { readonly kind: 'failed'; readonly code: string }

/** Limits of one kind of call. */
export type OutsideLimits = {
  readonly timeoutMs: number
  readonly mayConnect: (address: string) => boolean
}

/** More than any answer of enrolment has. */
const MOST_BYTES = 256 * 1024

/**
 * Makes one request as a stranger does: on a connection of its own, following nothing. Whatever goes
 * wrong is an outcome.
 */
export function callOutside(wanted: OutsideRequest, limits: OutsideLimits): Promise<OutsideAnswer> {
  const url = new URL(wanted.url)
  if (!mayCall(url, limits)) return Promise.resolve({ kind: 'failed', code: 'EADDRESSREFUSED' })
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve) => {
    const fail = (code: string) => resolve({ kind: 'failed', code })
    const signal = AbortSignal.timeout(limits.timeoutMs)
    const sent = request(url, {
      method: wanted.method,
      agent: false,
      lookup: guardedLookup(limits.mayConnect),
      signal,
      headers: {
        ...wanted.headers,
        ...(wanted.body === undefined ? {} : { 'content-length': Buffer.byteLength(wanted.body) }),
      },
    })
    const onError = (error: unknown) => fail(signal.aborted ? 'TIMEOUT' : codeOf(error))
    sent.on('error', onError)
    sent.on('response', (answer) => {
      const pieces: Buffer[] = []
      let size = 0
      answer.on('data', (piece: Buffer) => {
        pieces.push(piece)
        size += piece.length
        if (size <= MOST_BYTES) return
        fail('TOOLARGE')
        sent.destroy()
      })
      answer.on('error', onError)
      answer.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        )
        const status = answer.statusCode ?? 0
        resolve({ kind: 'answer', status, headers, body: Buffer.concat(pieces) })
      })
    })
    sent.end(wanted.body)
  })
}

/** Looks at a server's certificate without trusting it, and says what speaks against it. */
export function shakeHands(url: URL, limits: OutsideLimits): Promise<Handshake> {
  if (!mayCall(url, limits)) return Promise.resolve({ kind: 'failed', code: 'EADDRESSREFUSED' })
  const host = bareHost(url)
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(isIP(host) ? {} : { servername: host }),
      lookup: guardedLookup(limits.mayConnect),
      // What is wrong with it is just what is asked for; nothing is sent.
      rejectUnauthorized: false,
      timeout: limits.timeoutMs,
    })
    const end = (outcome: Handshake) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.on('timeout', () => end({ kind: 'failed', code: 'TIMEOUT' }))
    socket.on('error', (error) => end({ kind: 'failed', code: codeOf(error) }))
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true)
      const distrust = socket.authorizationError
      const wrongName = checkServerIdentity(host, certificate)
      end({
        kind: 'shaken',
        distrust: distrust ? String(distrust) : wrongName && codeOf(wrongName),
        protocol: socket.getProtocol() ?? 'unknown',
        subject: String(certificate.subject?.CN ?? ''),
        issuer: String(certificate.issuer?.O ?? certificate.issuer?.CN ?? ''),
        notAfter: new Date(certificate.valid_to),
        isPublicRoot: isPublicRoot(certificate),
      })
    })
  })
}

export type NameFound =
  | { readonly kind: 'found'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly code: string }

/** The addresses of a name, as this machine finds them. */
export async function lookUpName(host: string, timeoutMs: number): Promise<NameFound> {
  const { promise: late, resolve } = Promise.withResolvers<NameFound>()
  const timer = setTimeout(() => resolve({ kind: 'failed', code: 'EAI_AGAIN' }), timeoutMs)
  const found = lookup(host, { all: true }).then(
    (all): NameFound => ({ kind: 'found', addresses: all.map(({ address }) => address) }),
    (error: unknown): NameFound => ({ kind: 'failed', code: codeOf(error) }),
  )
  try {
    return await Promise.race([found, late])
  } finally {
    clearTimeout(timer)
  }
}

const bareHost = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** An address in place of a name is never looked up. */
function mayCall(url: URL, { mayConnect }: OutsideLimits): boolean {
  const host = bareHost(url)
  return isIP(host) === 0 || mayConnect(host)
}

function isPublicRoot(certificate: DetailedPeerCertificate): boolean {
  let at = certificate
  // A root is its own issuer.
  while (at.issuerCertificate && at.issuerCertificate.fingerprint256 !== at.fingerprint256) {
    at = at.issuerCertificate
  }
  const der = at.raw?.toString('base64')
  return rootCertificates.some((pem) => pem.replace(/-----[^-]+-----|\s/g, '') === der)
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  // Several addresses were tried: the first says why.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}
