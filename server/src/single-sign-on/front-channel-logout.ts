import { recordAudit } from '../audit/index.ts'
import { findPeople } from '../directory/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { createFloodMeter } from '../platform/flood-meter.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { removeSessionsOfProvider } from '../sign-in/index.ts'

const MAX_USER_AGENT = 300
const PATH = '/api/sign-in/front-channel-logout'

export const frontChannelLogoutUrl = (publicUrl: URL): string => publicUrl.origin + PATH

/**
 * Nobody signs in here, so ids that mean nothing are counted: each costs one indexed delete. Those that
 * end a session are the provider's, however many sign out at once.
 */
const MOST_MISSES_PER_SECOND = 50
/** Entra's are GUIDs; short ones could be guessed. */
const SESSION_ID = /^[\w-]{20,200}$/

/**
 * What a provider has the browser open, in a frame and without our cookie, when somebody signed out
 * there. It names its own id of the session, ends the sessions here that began with it, and says nothing.
 *
 * @param frameSources origins that may put it in a frame.
 * @see OpenID Connect Front-Channel Logout 1.0 §3; Entra sends `sid` alone
 */
export function addFrontChannelLogout(
  app: HttpServer,
  parts: {
    readonly db: Database['db']
    readonly clock: Clock
    readonly frameSources: readonly string[]
  },
): void {
  const misses = createFloodMeter(parts.clock, MOST_MISSES_PER_SECOND)
  const policy = `default-src 'none'; frame-ancestors ${parts.frameSources.join(' ')}`
  app.get(PATH, async (request, reply) => {
    reply
      .headers({ 'cache-control': 'no-store', 'content-security-policy': policy })
      .removeHeader('x-frame-options')
      .removeHeader('cross-origin-resource-policy')
      .type('text/html; charset=utf-8')
    const { sid } = request.query as { sid?: unknown }
    if (typeof sid === 'string' && SESSION_ID.test(sid) && !misses.isFull()) {
      const origin = {
        clientAddress: request.ip,
        requestId: request.id,
        userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
      }
      if ((await endSessions(parts, sid, origin)) === 0) misses.count()
    }
    return '<!doctype html><title>Mooring</title>'
  })
}

/** Ends the provider's session here, and records whose it was. @returns how many ended. */
async function endSessions(
  { db, clock }: { readonly db: Database['db']; readonly clock: Clock },
  sid: string,
  origin: { clientAddress: string; requestId: string; userAgent: string },
): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const ended = await removeSessionsOfProvider(tx, sid)
    for (const { organization, userId } of ended) {
      const [person] = await findPeople(tx, organization, { field: 'id', value: userId })
      await recordAudit(tx, organization, {
        note: { action: 'sign-in.ended', details: { way: 'provider' } },
        occasion: {
          at: clock.now(),
          actor: { kind: 'user', id: userId, name: person?.name ?? '' },
          origin,
        },
      })
    }
    return ended.length
  })
}
