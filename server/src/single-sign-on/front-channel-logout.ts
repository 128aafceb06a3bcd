import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { createFloodGate } from '../platform/flood-gate.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { removeSessionsOfProvider } from '../sign-in/index.ts'

const PATH = '/api/sign-in/front-channel-logout'

export const frontChannelLogoutUrl = (publicUrl: URL): string => publicUrl.origin + PATH

/** Nobody signs in here; ending a session costs one indexed delete. */
const MOST_PER_SECOND = 50
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
  const admits = createFloodGate(parts.clock, MOST_PER_SECOND)
  const policy = `default-src 'none'; frame-ancestors ${parts.frameSources.join(' ')}`
  app.get(PATH, async (request, reply) => {
    reply
      .headers({ 'cache-control': 'no-store', 'content-security-policy': policy })
      .removeHeader('x-frame-options')
      .removeHeader('cross-origin-resource-policy')
      .type('text/html; charset=utf-8')
    const { sid } = request.query as { sid?: unknown }
    if (typeof sid === 'string' && SESSION_ID.test(sid) && admits()) {
      await removeSessionsOfProvider(parts.db, sid)
    }
    return '<!doctype html><title>Mooring</title>'
  })
}
