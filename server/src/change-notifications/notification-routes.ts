import type { FastifyReply, FastifyRequest } from 'fastify'
import { createFloodGate } from '../platform/flood-gate.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Logger } from '../platform/log.ts'
import type { NotificationUrls } from './graph-subscription.ts'
import { NotificationBody } from './notification.ts'
import {
  type ReceiveParts,
  receiveLifecycle,
  receiveNotifications,
} from './receive-notifications.ts'

const CHANGES_PATH = '/api/graph/v1/notifications'
const LIFECYCLE_PATH = '/api/graph/v1/lifecycle'

/** Where Graph is to call this server. */
export const notificationUrls = (publicUrl: URL): NotificationUrls => ({
  changes: new URL(CHANGES_PATH, publicUrl).href,
  lifecycle: new URL(LIFECYCLE_PATH, publicUrl).href,
})

/** Far more than a batch of notifications, which carry no data. */
const BODY_LIMIT_BYTES = 256 * 1024
const LONGEST_TOKEN = 1000
/** Graph sends again for four hours. */
const RETRY_SECONDS = 30
/** Graph sends many notifications in one call; each call costs us a look into the database. */
const MOST_PER_SECOND = 20

/**
 * What Microsoft Graph calls. Nobody signs in here: what a notification says is believed no further than
 * that a run is due.
 */
export function addNotificationRoutes(
  app: HttpServer,
  parts: ReceiveParts & { readonly log: Logger },
): void {
  // Apart, so that a flood of one does not keep the other out.
  const admitsCall = createFloodGate(parts.clock, MOST_PER_SECOND)
  const admitsHandshake = createFloodGate(parts.clock, MOST_PER_SECOND)
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    const { validationToken } = request.query as { validationToken?: unknown }
    const admits = validationToken === undefined ? admitsCall : admitsHandshake
    if (!admits()) {
      parts.count('turnedAway')
      return refuseForNow(reply)
    }
    return validationToken === undefined ? undefined : answerHandshake(validationToken, reply)
  }
  const routes = [
    [CHANGES_PATH, receiveNotifications],
    [LIFECYCLE_PATH, receiveLifecycle],
  ] as const
  for (const [url, receive] of routes) {
    app.post(url, {
      bodyLimit: BODY_LIMIT_BYTES,
      // Before the body is read: a handshake has none, and calls it text.
      onRequest,
      async handler(request, reply) {
        const body = NotificationBody.safeParse(request.body)
        if (!body.success) return reply.code(400).send()
        try {
          await receive(parts, body.data.value)
        } catch (error) {
          // Not kept, so not accepted: Graph tries again, and polling comes by all the same.
          parts.log.error({ err: error }, 'notifications could not be kept')
          return refuseForNow(reply)
        }
        return reply.code(202).send()
      },
    })
  }
}

/**
 * Proves that we are here: the token comes back as plain text, whatever is in it.
 *
 * @see Graph "Receive change notifications through webhooks" › notificationUrl validation
 */
function answerHandshake(validationToken: unknown, reply: FastifyReply) {
  if (typeof validationToken !== 'string' || validationToken.length > LONGEST_TOKEN) {
    return reply.code(400).send()
  }
  return reply.type('text/plain; charset=utf-8').send(validationToken)
}

const refuseForNow = (reply: FastifyReply) =>
  reply.code(503).header('retry-after', String(RETRY_SECONDS)).send()
