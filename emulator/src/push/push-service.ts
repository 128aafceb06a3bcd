import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'

/** An application of the Partner Center: with its SID and secret, devices are called that have its PFN. */
export type PushApp = {
  readonly sid: string
  readonly secret: string
  readonly familyName: string
}

/** The application that there is from the beginning. */
export const mooringPushApp: PushApp = {
  sid: 'ms-app://S-1-15-2-2972962901-2322836549-3722629029-1345238579-3987825745-2155616079-650196962',
  secret: 'emuWns+not-a-secret/but&has=odd~characters',
  familyName: 'Mooring.Management_8wekyb3d8bbwe',
}

/** One notification that was accepted, refused or thrown away. */
export type PushRecord = {
  readonly at: string
  readonly channel: string
  readonly status: number
  /** `X-WNS-Status`, with a 200. */
  readonly notification: string | undefined
  readonly body: string
}

type Channel = {
  readonly uri: string
  readonly owner: string
  readonly familyName: string
  readonly endsAt: number
}
/** What the next notifications are answered with, whatever they say. */
type Staged = { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

const channelLifeMs = 30 * 86_400_000
const tokenLifeMs = 86_400_000
const longestBody = 5000
const host = 'db5p.notify.windows.com'

/**
 * Windows Push Notification Services, as far as device management uses them: tokens, channels, raw
 * notifications, and devices that listen.
 *
 * @see WNS "Push notification service request and response headers"; Windows "Push notification support for
 *   device management"
 */
export class PushService {
  readonly sent: PushRecord[] = []
  /** How many tokens were asked for, in vain or not. */
  tokenRequests = 0
  /** Where channels are; the real host, unless the emulator is somewhere else. */
  origin = `https://${host}`
  readonly #clock: Clock
  readonly #apps = new Map<string, PushApp>([[mooringPushApp.sid.toLowerCase(), mooringPushApp]])
  readonly #tokens = new Map<string, { readonly sid: string; readonly endsAt: number }>()
  readonly #channels = new Map<string, Channel>()
  readonly #listeners = new Map<string, () => void>()
  /** Of devices that do not listen: the last one is kept for each. */
  readonly #cached = new Set<string>()
  readonly #staged: Staged[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  register(app: PushApp): void {
    this.#apps.set(app.sid.toLowerCase(), app)
  }

  /** The channel of a device for an application; the same one as long as it lives. */
  openChannel(owner: string, familyName: string): string {
    const now = this.#clock.now().getTime()
    for (const channel of this.#channels.values()) {
      const isIts = channel.owner === owner && channel.familyName === familyName
      if (isIts && channel.endsAt > now) return channel.uri
    }
    const token = randomBytes(24).toString('base64url')
    const uri = `${this.origin}/?token=${token}`
    this.#channels.set(token, { uri, owner, familyName, endsAt: now + channelLifeMs })
    return uri
  }

  /** The channels of a device end before their time: reinstalled, restored, or just so. */
  endChannels(owner: string): void {
    for (const [token, channel] of this.#channels) {
      if (channel.owner === owner) this.#channels.delete(token)
    }
  }

  /** All tokens count no more. */
  revokeTokens(): void {
    this.#tokens.clear()
  }

  /** Answers the next notification with this, and not with what would be true. */
  stage(status: number, headers: Readonly<Record<string, string>> = {}): void {
    this.#staged.push({ status, headers })
  }

  /** Forgets what was sent, and what was staged and did not happen. */
  forget(): void {
    this.sent.length = 0
    this.#staged.length = 0
  }

  /** A device listens; what was kept for it comes at once. @returns stops it */
  listen(owner: string, onCall: () => void): () => void {
    this.#listeners.set(owner, onCall)
    if (this.#cached.delete(owner)) onCall()
    return () => this.#listeners.delete(owner)
  }

  /** @returns undefined: none of this service. */
  answer(request: Request): Reply | undefined {
    if (request.method !== 'POST') return undefined
    if (request.path === '/accesstoken.srf') return this.#answerToken(request)
    const token = request.path === '/' ? request.params.get('token') : null
    return token === null ? undefined : this.#answerNotification(request, token)
  }

  #answerToken({ body, headers }: Request): Reply {
    this.tokenRequests++
    const form = new URLSearchParams(body)
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    const isAsked =
      form.get('grant_type') === 'client_credentials' && form.get('scope') === 'notify.windows.com'
    if (!isForm || !isAsked) return json(400, { error: 'invalid_request' })
    const app = this.#apps.get(form.get('client_id')?.toLowerCase() ?? '')
    if (!app || form.get('client_secret') !== app.secret) {
      return json(400, { error: 'invalid_client', error_description: 'Invalid client id' })
    }
    const token = randomBytes(32).toString('base64')
    const endsAt = this.#clock.now().getTime() + tokenLifeMs
    this.#tokens.set(token, { sid: app.sid.toLowerCase(), endsAt })
    return json(200, { token_type: 'bearer', access_token: token, expires_in: tokenLifeMs / 1000 })
  }

  #answerNotification(request: Request, token: string): Reply {
    const channel = this.#channels.get(token)
    const staged = this.#staged.shift()
    const outcome = staged ?? this.#judge(request, channel)
    const headers: Record<string, string> = {
      ...outcome.headers,
      'x-wns-msg-id': randomBytes(8).toString('hex').toUpperCase(),
    }
    const notification = headers['x-wns-status']
    this.sent.push({
      at: this.#clock.now().toISOString(),
      channel: channel?.uri ?? '',
      status: outcome.status,
      notification,
      body: request.body,
    })
    if (channel && outcome.status === 200 && notification === 'received') this.#deliver(channel)
    return { kind: 'empty', status: outcome.status, headers }
  }

  #deliver({ owner }: Channel): void {
    const listener = this.#listeners.get(owner)
    if (listener) listener()
    else this.#cached.add(owner)
  }

  #judge({ headers, body }: Request, channel: Channel | undefined): Staged {
    const now = this.#clock.now().getTime()
    const bearer = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1] ?? ''
    const token = this.#tokens.get(bearer)
    if (!token || token.endsAt <= now) return refusal(401, 'the token does not count')
    if (headers['x-wns-type'] !== 'wns/raw') return refusal(400, 'no X-WNS-Type that we know')
    if (headers['content-type'] !== 'application/octet-stream')
      return refusal(400, 'a raw notification is application/octet-stream')
    if (headers['content-length'] === undefined || body === '')
      return refusal(400, 'no Content-Length, or nothing in it')
    if (body.length > longestBody) return refusal(413, 'too long')
    if (!channel) return refusal(404, 'no such channel')
    if (channel.endsAt <= now) return refusal(410, 'the channel is over')
    if (this.#apps.get(token.sid)?.familyName !== channel.familyName)
      return refusal(403, 'the channel is of another application')
    const isKept = headers['x-wns-cache-policy'] === 'cache'
    const reaches = isKept || this.#listeners.has(channel.owner)
    return { status: 200, headers: { 'x-wns-status': reaches ? 'received' : 'dropped' } }
  }
}

function refusal(status: number, why: string): Staged {
  return { status, headers: { 'x-wns-error-description': why } }
}
