import type { FastifyReply, FastifyRequest } from 'fastify'
import { MANAGEMENT_PATH } from '../enrolment/index.ts'
import { DEVICES, readSyncml } from '../formats/syncml/read-syncml.ts'
import { XmlRefused } from '../formats/xml/xml-element.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { type Auditor, auditCall } from '../platform/http/audit-call.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Logger } from '../platform/log.ts'
import type { DesiredSettings } from './desired-settings.ts'
import { type IdentityRefusal, identifyDevice } from './identify-device.ts'
import type { LastSeen } from './last-seen.ts'
import { readEvidence, type TrustsProxy } from './read-evidence.ts'
import { type Served, serveMessage } from './serve-message.ts'

export type SessionParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly log: Logger
  readonly auditor: Auditor
  readonly lastSeen: LastSeen
  readonly desired: DesiredSettings
  /** The header of a proxy that passes client certificates on, if any. */
  readonly certificateHeader: string | undefined
  readonly trusts: TrustsProxy
}

/** Why a device is not served. */
export type SessionRefusal = IdentityRefusal | Extract<Served, { kind: 'refused' }>['refusal']

const SYNCML = 'application/vnd.syncml.dm+xml'
const CONTENT_TYPE = /^application\/vnd\.syncml\.dm\+xml\s*(?:;|$)/i

/**
 * Where managed devices talk to us: OMA-DM over HTTP. Whoever has not proven to be a device of ours gets
 * 403 and nothing else; what cannot be read gets 400. No answer has a body then: Windows shows none.
 *
 * @see [MS-MDM]; windows-mdm.md 5
 */
export function addSessionRoute(app: HttpServer, parts: SessionParts): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    scope.post(MANAGEMENT_PATH, {
      // Of whoever brings no proof at all, nothing is read.
      onRequest: async (request, reply) => {
        const { connection, proxy, signatures } = proofsOf(parts, request)
        if (connection || proxy || signatures.length > 0) return
        await refuse(parts, request, reply, 'noProof', undefined)
      },
      bodyLimit: DEVICES.bytes,
      errorHandler: (error, request, reply) => {
        const status = error.statusCode ?? 500
        if (status >= 500) parts.log.error({ err: error, traceId: request.id }, 'a session failed')
        void sendEmpty(reply, Math.min(status, 500))
      },
      handler: (request, reply) => serve(parts, request, reply),
    })
  })
}

async function serve(parts: SessionParts, request: FastifyRequest, reply: FastifyReply) {
  const { body, headers } = request
  if (!CONTENT_TYPE.test(headers['content-type'] ?? '') || headers['content-encoding']) {
    return sendEmpty(reply, 415)
  }
  if (!(body instanceof Uint8Array)) return sendEmpty(reply, 400)
  // Who it is comes before what it says: strangers do not get as far as the reader.
  const identified = await identifyDevice(parts, { ...proofsOf(parts, request), body })
  if (identified.kind === 'refused') {
    return await refuse(parts, request, reply, identified.refusal, identified.certificate)
  }
  const { certificate, proofs, standing } = identified
  const message = read(body)
  if (!message) return sendEmpty(reply, 400)
  const { audit } = auditCall(parts.auditor, request, { caller: undefined })
  const served = await serveMessage(parts, {
    message,
    bytes: body,
    certificate,
    standing,
    proof: proofs.join(' '),
    audit,
  })
  if (served.kind === 'refused') {
    return await refuse(parts, request, reply, served.refusal, certificate)
  }
  return send(reply, served.text)
}

const proofsOf = ({ certificateHeader, trusts }: SessionParts, request: FastifyRequest) =>
  readEvidence(request, { header: certificateHeader, trusts })

function read(body: Uint8Array) {
  try {
    return readSyncml(body)
  } catch (error) {
    if (error instanceof XmlRefused) return undefined
    throw error
  }
}

type Known = { readonly organization: string; readonly deviceId: string } | undefined

/** Recorded where it is certain whose device it is, and within bounds: anybody can knock. */
async function refuse(
  { auditor, log }: SessionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: SessionRefusal,
  known: (Known & { readonly organization: Parameters<Auditor['recordRefusal']>[0] }) | undefined,
) {
  log.info({ traceId: request.id, refusal, deviceId: known?.deviceId }, 'a session was refused')
  if (known) {
    const { auditRefusal } = auditCall(auditor, request, { caller: undefined })
    await auditRefusal(
      {
        action: 'device.session-refused',
        object: { kind: 'device', id: known.deviceId },
        outcome: 'refused',
        details: { reason: refusal },
      },
      { organization: known.organization },
    )
  }
  return sendEmpty(reply, 403)
}

const sendEmpty = (reply: FastifyReply, status: number) =>
  reply.code(status).header('cache-control', 'no-store').send(Buffer.alloc(0))

/** At once and whole: Windows takes no chunks. */
function send(reply: FastifyReply, text: string) {
  return reply
    .code(200)
    .header('cache-control', 'no-store')
    .type(SYNCML)
    .send(Buffer.from(text, 'utf8'))
}
