import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeFault } from '../formats/soap/fault.ts'
import { type Envelope, readEnvelope } from '../formats/soap/read-envelope.ts'
import { ACTIONS, type SoapAction } from '../formats/soap/soap-names.ts'
import { STRANGERS } from '../formats/xml/read-xml.ts'
import { type Auditor, auditCall } from '../platform/http/audit-call.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { randomGuid } from '../platform/ids.ts'
import type { Logger } from '../platform/log.ts'
import { faultOf, isUnproven, type Refusal, Refused } from './refusal.ts'
import {
  DISCOVERY_PATH,
  discover,
  ENROLMENT_PATH,
  type Exchange,
  getPolicies,
  issueOrRenew,
  POLICY_PATH,
  type ServiceParts,
  toRefusal,
} from './soap-services.ts'
import type { Turnstile } from './turnstile.ts'

export type SoapParts = ServiceParts & {
  readonly log: Logger
  readonly auditor: Auditor
  readonly turnstile: Turnstile
}

type Service = {
  readonly asks: SoapAction
  readonly answers: SoapAction
  readonly answer: (parts: SoapParts, exchange: Exchange) => Promise<string>
}

const DISCOVERY: Service = { asks: 'discover', answers: 'discoverResponse', answer: discover }
const POLICIES: Service = {
  asks: 'getPolicies',
  answers: 'getPoliciesResponse',
  answer: getPolicies,
}
const ENROLMENT: Service = {
  asks: 'requestToken',
  answers: 'requestTokenResponse',
  answer: issueOrRenew,
}

const SOAP = 'application/soap+xml; charset=utf-8'
const CONTENT_TYPE = /^(?:application\/(?:soap\+xml|xml)|text\/xml)\s*(?:;|$)/i
/** What is read as UTF-8 must not be something else to others on the way. */
const OTHER_CHARSET = /;\s*charset\s*=(?!\s*"?utf-?8"?\s*(?:;|$))/i
const RETRY_SECONDS = 60

/**
 * What Windows asks before it is managed: discovery, policies, and a certificate. Nothing here ever answers
 * HTML, and every refusal is a SOAP fault with HTTP 500: with anything else Windows shows the status.
 *
 * @see [MS-MDE2]; windows-mdm.md 2 to 4
 */
export function addEnrolmentRoutes(app: HttpServer, parts: SoapParts): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    const serve = (url: string, service: Service) =>
      scope.post(url, {
        bodyLimit: STRANGERS.bytes,
        // What goes wrong while the body is read must not become a page of JSON.
        errorHandler: (error, request, reply) => {
          const isOurs = (error.statusCode ?? 500) >= 500
          if (isOurs) parts.log.error({ err: error, traceId: request.id }, 'an enrolment failed')
          else parts.addresses.fail(request.ip)
          void sendFault(reply, service, isOurs ? 'ourFault' : 'messageUnreadable')
        },
        handler: (request, reply) => serveSoap(parts, service, request, reply),
      })
    serve('/', DISCOVERY)
    serve(DISCOVERY_PATH, DISCOVERY)
    serve(POLICY_PATH, POLICIES)
    serve(ENROLMENT_PATH, ENROLMENT)
    // Windows' probe.
    scope.get(DISCOVERY_PATH, async (_request, reply) =>
      reply.header('cache-control', 'no-store').send(''),
    )
  })
}

async function serveSoap(
  parts: SoapParts,
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (!parts.addresses.admits(request.ip)) {
    reply.header('retry-after', String(RETRY_SECONDS))
    return sendFault(reply, service, 'tooBusy', { status: 429 })
  }
  const done = await parts.turnstile.pass(() => answerSoap(parts, service, request))
  if (!done) return sendFault(reply, service, 'tooBusy')
  if (done.kind === 'answer') return send(reply, 200, done.text)
  return sendFault(reply, service, done.refusal, done)
}

type Done =
  | { readonly kind: 'answer'; readonly text: string }
  | {
      readonly kind: 'fault'
      readonly refusal: Refusal
      readonly relatesTo: string | undefined
      readonly activityId: string
    }

async function answerSoap(
  parts: SoapParts,
  service: Service,
  request: FastifyRequest,
): Promise<Done> {
  const activityId = randomGuid()
  let relatesTo: string | undefined
  try {
    const envelope = readMessage(request, service)
    relatesTo = envelope.messageId
    const { audit } = auditCall(parts.auditor, request, { caller: undefined })
    const text = await service.answer(parts, { envelope, request, activityId, audit })
    return { kind: 'answer', text }
  } catch (error) {
    const refusal = toRefusal(error)
    const seen = { traceId: request.id, activityId, refusal }
    if (isUnproven(refusal)) parts.addresses.fail(request.ip)
    if (refusal === 'ourFault') parts.log.error({ err: error, ...seen }, 'an enrolment failed')
    else parts.log.info(seen, 'an enrolment was refused')
    return { kind: 'fault', refusal, relatesTo, activityId }
  }
}

/** @throws {Refused} {XmlRefused} */
function readMessage(request: FastifyRequest, { asks }: Service): Envelope {
  const type = request.headers['content-type']
  const isOther = type !== undefined && (!CONTENT_TYPE.test(type) || OTHER_CHARSET.test(type))
  if (isOther) throw new Refused('contentTypeWrong')
  if (request.headers['content-encoding'] !== undefined) throw new Refused('contentTypeWrong')
  const body = request.body
  if (!(body instanceof Uint8Array)) throw new Refused('messageUnreadable')
  const envelope = readEnvelope(body, STRANGERS)
  // Some clients leave it out; one that says something else means something else.
  if (envelope.action !== undefined && envelope.action !== ACTIONS[asks]) {
    throw new Refused('messageUnreadable')
  }
  return envelope
}

type FaultAnswer = { status?: number; relatesTo?: string | undefined; activityId?: string }

function sendFault(
  reply: FastifyReply,
  service: Service,
  refusal: Refusal,
  answer: FaultAnswer = {},
) {
  const { status = 500, relatesTo, activityId = randomGuid() } = answer
  const text = writeFault(faultOf(refusal), { action: service.answers, relatesTo, activityId })
  return send(reply, status, text)
}

/** At once and whole: Windows takes no chunks. */
function send(reply: FastifyReply, status: number, text: string) {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(SOAP)
    .send(Buffer.from(text, 'utf8'))
}
