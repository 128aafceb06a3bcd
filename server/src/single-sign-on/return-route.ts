import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionCookieAttributes, sessionCookieName } from '../platform/http/identity.ts'
import { attemptCookieAttributes } from './attempt.ts'
import { type FinishParts, finishSignIn } from './finish-sign-in.ts'

const MAX_USER_AGENT = 300

/**
 * Answers `GET /` when it is a provider's return.
 *
 * @returns whether it was; otherwise the portal answers.
 */
export function createReturnRoute(parts: FinishParts) {
  const cookieName = sessionCookieName(parts.publicUrl)
  return async (request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    // A look at what would be there must not use a sign-in up.
    if (request.method !== 'GET') return false
    const { pathname, search } = new URL(request.url, parts.publicUrl)
    if (pathname !== '/' || !search.includes('state=')) return false
    const finished = await finishSignIn(parts, {
      search,
      cookie: (name) => request.cookies[name],
      sessionToken: request.cookies[cookieName],
      clientAddress: request.ip,
      requestId: request.id,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
    })
    if (!finished) return false
    const { sessionToken, sessionEndsAt, usedCookie } = finished
    if (usedCookie) reply.clearCookie(usedCookie, attemptCookieAttributes(parts.publicUrl))
    if (sessionToken && sessionEndsAt) {
      const maxAge = Math.floor((sessionEndsAt.getTime() - parts.clock.now().getTime()) / 1000)
      const attributes = sessionCookieAttributes(parts.publicUrl)
      reply.setCookie(cookieName, sessionToken, { ...attributes, maxAge })
    }
    reply.header('cache-control', 'no-store').code(303).header('location', finished.redirectTo)
    return true
  }
}
