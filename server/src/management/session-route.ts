import type { FastifyReply, FastifyRequest } from 'fastify'
import { MANAGEMENT_PATH } from '../enrolment/index.ts'
import { DEVICES } from '../formats/syncml/read-syncml.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { type Auditor, auditCall } from '../platform/http/audit-call.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Logger } from '../platform/log.ts'
import type { DesiredSettings } from './desired-settings.ts'
import type { DigestParts, DigestRefusal } from './digest-identify.ts'
import type { IdentityRefusal } from './identify-device.ts'
import { hasProof, identifySender, namesOf, namesOfDevice, type Whose } from './identify-sender.ts'
import type { LastSeen } from './last-seen.ts'
import { readEvidence, type TrustsProxy } from './read-evidence.ts'
import { type Served, serveMessage } from './serve-message.ts'
import { RETRY_AFTER_SECONDS, type StrangerGate } from './stranger-gate.ts'

export type SessionParts = DigestParts & {
  readonly db: Database['db']
  readonly clock: Clock
  readonly log: Logger
  readonly auditor: Auditor
  readonly lastSeen: LastSeen
  readonly desired: DesiredSettings
  /** The header of a proxy that passes client certificates on, if any. */
  readonly certificateHeader: string | undefined
  readonly trusts: TrustsProxy
  readonly gate: StrangerGate
  /** Whether any organization lets devices in by digest alone; known for a few seconds. */
  readonly takesDigests: () => Promise<boolean>
}

/** Why a device is not served. */
export type SessionRefusal =
  | IdentityRefusal
  | DigestRefusal
  | Extract<Served, { kind: 'refused' }>['refusal']

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
      // Of whoever brings no proof at all, nothing is read; where a digest may do, not much.
      onRequest: async (request, reply) => {
        const proofs = proofsOf(parts, request)
        if (!parts.gate.admits(request.ip, () => namesOf(proofs))) return slowDown(reply)
        if (hasProof(proofs)) return
        if (isShort(request) && (await parts.takesDigests())) return
        await refuse(parts, request, reply, { refusal: 'noProof', device: undefined })
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
  const proofs = proofsOf(parts, request)
  const sender = await identifySender(parts, proofs, body)
  if (sender.kind === 'refused') return await refuse(parts, request, reply, sender)
  if (sender.kind === 'unreadable') return sendEmpty(reply, 400)
  if (sender.kind === 'challenge') {
    if (sender.isWrong) await record(parts, request, { ...sender, refusal: 'digestWrong' })
    return send(reply, sender.text)
  }
  const { audit } = auditCall(parts.auditor, request, { caller: undefined })
  const served = await serveMessage(parts, { ...sender, bytes: body, audit })
  if (served.kind === 'refused') {
    const { refusal } = served
    return await refuse(parts, request, reply, { refusal, device: sender.device })
  }
  if (sender.certificate) parts.gate.prove(namesOfDevice(sender.certificate))
  return send(reply, served.text)
}

/** Bytes of a message whose sender has proven nothing yet: far more than one with answers has. */
const UNPROVEN_BYTES = 512 * 1024
const isShort = ({ headers }: FastifyRequest) =>
  Number(headers['content-length'] ?? Number.NaN) <= UNPROVEN_BYTES

const proofsOf = ({ certificateHeader, trusts }: SessionParts, request: FastifyRequest) =>
  readEvidence(request, { header: certificateHeader, trusts })

type Refused = { readonly refusal: SessionRefusal; readonly device: Whose | undefined }

async function refuse(
  parts: SessionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: Refused,
) {
  await record(parts, request, refused)
  return sendEmpty(reply, 403)
}

/** Recorded where it is certain whose device it is, and within bounds: anybody can knock. */
async function record(
  parts: SessionParts,
  request: FastifyRequest,
  { refusal, device }: Refused,
): Promise<void> {
  const { auditor, log, gate } = parts
  gate.fail(request.ip, () => namesOf(proofsOf(parts, request)))
  log.info({ traceId: request.id, refusal, deviceId: device?.deviceId }, 'a session was refused')
  if (!device) return
  const { auditRefusal } = auditCall(auditor, request, { caller: undefined })
  await auditRefusal(
    {
      action: 'device.session-refused',
      object: { kind: 'device', id: device.deviceId },
      outcome: 'refused',
      details: { reason: refusal },
    },
    { organization: device.organization },
  )
}

const slowDown = (reply: FastifyReply) =>
  sendEmpty(reply.header('retry-after', RETRY_AFTER_SECONDS), 429)

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
