import type { FastifyReply, FastifyRequest } from 'fastify'
import { findCertificateSettings } from '../certificates/index.ts'
import { readCredential } from '../formats/enrolment/credential.ts'
import {
  agreeOnVersion,
  readDiscover,
  writeDiscoverResponse,
} from '../formats/enrolment/discover.ts'
import { writePolicies } from '../formats/enrolment/policies.ts'
import { readTokenRequest, writeTokenResponse } from '../formats/enrolment/security-token.ts'
import { writeFault } from '../formats/soap/fault.ts'
import { type Envelope, readEnvelope } from '../formats/soap/read-envelope.ts'
import { ACTIONS, type SoapAction } from '../formats/soap/soap-names.ts'
import { STRANGERS } from '../formats/xml/read-xml.ts'
import { XmlRefused } from '../formats/xml/xml-element.ts'
import type { Audit } from '../platform/audit-note.ts'
import { type Auditor, auditCall } from '../platform/http/audit-call.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { randomGuid } from '../platform/ids.ts'
import type { Logger } from '../platform/log.ts'
import type { NewStep } from './attempt.ts'
import { addStep } from './attempts-store.ts'
import { readTrail, writeTrail } from './discovery-trail.ts'
import { type EnrolParts, enrolDevice, stepOf } from './enrol-device.ts'
import { type Bearer, identifyBearer } from './identify-bearer.ts'
import { renewalDays } from './provision.ts'
import { readDeviceFacts } from './read-context.ts'
import { faultOf, type Refusal, Refused } from './refusal.ts'
import { RenewalRefused, renewCertificate } from './renew-certificate.ts'
import type { AddressGate, Turnstile } from './turnstile.ts'

const DISCOVERY_PATH = '/EnrollmentServer/Discovery.svc'
const POLICY_PATH = '/EnrollmentServer/Policy.svc'
const ENROLMENT_PATH = '/EnrollmentServer/Enrollment.svc'
export const SIGN_IN_PATH = '/EnrollmentServer/SignIn'

export type SoapParts = EnrolParts & {
  readonly log: Logger
  readonly auditor: Auditor
  readonly addresses: AddressGate
  readonly turnstile: Turnstile
  /** Whether a refusal of somebody unproven may still be recorded just now. */
  readonly admitsRecord: () => boolean
}

/** One request on its way to an answer. */
type Exchange = {
  readonly envelope: Envelope
  readonly request: FastifyRequest
  readonly activityId: string
  readonly audit: Audit
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
    if (refusal === 'ourFault') parts.log.error({ err: error, ...seen }, 'an enrolment failed')
    else parts.log.info(seen, 'an enrolment was refused')
    return { kind: 'fault', refusal, relatesTo, activityId }
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal
  return error instanceof XmlRefused ? 'messageUnreadable' : 'ourFault'
}

/** @throws {Refused} {XmlRefused} */
function readMessage(request: FastifyRequest, { asks }: Service): Envelope {
  const type = request.headers['content-type']
  if (type !== undefined && !CONTENT_TYPE.test(type)) throw new Refused('contentTypeWrong')
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

async function discover(
  { publicUrl, clock }: SoapParts,
  { envelope, activityId, request }: Exchange,
): Promise<string> {
  const asked = readDiscover(envelope)
  const { origin } = publicUrl
  const trail = writeTrail({ at: clock.now(), traceId: request.id })
  return writeDiscoverResponse({
    version: agreeOnVersion(asked.requestVersion),
    policyUrl: `${origin}${POLICY_PATH}?${trail}`,
    enrolmentUrl: origin + ENROLMENT_PATH,
    signInUrl: origin + SIGN_IN_PATH,
    relatesTo: envelope.messageId,
    activityId,
  })
}

async function getPolicies(parts: SoapParts, exchange: Exchange): Promise<string> {
  const { envelope, activityId, request } = exchange
  const bearer = await demandBearer(parts, exchange, 'policies')
  const { organization, person, proof } = bearer
  const claims = proof.kind === 'entra' ? proof.claims : undefined
  await addStep(parts.db, organization, {
    step: 'policies',
    at: parts.clock.now(),
    traceId: request.id,
    userEntraId: person?.entraId ?? claims?.oid,
    userName: person?.userPrincipalName ?? claims?.userPrincipalName,
    entraDeviceId: claims?.deviceId,
    facts: bearer.facts,
    earlier: readTrail(request.query, parts.clock.now()),
  })
  const { validityDays } = await findCertificateSettings(parts.db, organization)
  const validitySeconds = validityDays * DAY_SECONDS
  const notBefore = new Date(0)
  const notAfter = new Date(validitySeconds * 1000)
  return writePolicies({
    commonName: 'Mooring',
    validitySeconds,
    renewalSeconds: renewalDays({ notBefore, notAfter }) * DAY_SECONDS,
    relatesTo: envelope.messageId,
    activityId,
  })
}

const DAY_SECONDS = 24 * 60 * 60

async function issueOrRenew(parts: SoapParts, exchange: Exchange): Promise<string> {
  const { envelope, activityId, audit, request } = exchange
  const wanted = readTokenRequest(envelope)
  const traceId = request.id
  const document =
    wanted.kind === 'renew'
      ? await recording(parts, traceId, () =>
          renewCertificate(parts, { request: wanted.request, traceId, audit }),
        )
      : await issue()
  const relatesTo = envelope.messageId
  return writeTokenResponse({ document, now: parts.clock.now(), relatesTo, activityId })

  async function issue(): Promise<string> {
    const bearer = await demandBearer(parts, exchange, 'enrolment')
    const facts = readDeviceFacts(wanted.context)
    return await recording(
      parts,
      traceId,
      () => enrolDevice(parts, { request: wanted, bearer, traceId, audit }),
      { organization: bearer.organization, step: stepOf({ bearer, facts, traceId }) },
    )
  }
}

type Where = {
  readonly organization: Bearer['organization']
  readonly step: Omit<NewStep, 'at'>
}

/** Records a refusal after its transaction was undone. */
async function recording(
  parts: SoapParts,
  traceId: string,
  work: () => Promise<string>,
  where?: Where,
): Promise<string> {
  try {
    return await work()
  } catch (error) {
    const reason = toRefusal(error)
    const at = parts.clock.now()
    if (where) await addStep(parts.db, where.organization, { ...where.step, at, reason })
    else if (error instanceof RenewalRefused && error.signer && parts.admitsRecord()) {
      const { organization, deviceId } = error.signer
      await addStep(parts.db, organization, { step: 'renewal', at, reason, traceId, deviceId })
    }
    throw error
  }
}

/** @throws {Refused} with the refusal recorded, as far as it can be told whose it is. */
async function demandBearer(
  parts: SoapParts,
  { envelope, request }: Exchange,
  step: 'policies' | 'enrolment',
): Promise<Bearer> {
  const token = readToken(envelope)
  if (token.kind === 'refused') {
    const { refusal: reason } = token
    if (parts.admitsRecord()) {
      const at = parts.clock.now()
      await addStep(parts.db, await parts.home(), { step, at, traceId: request.id, reason })
    }
    throw new Refused(reason)
  }
  const identified = await identifyBearer(parts, token.token)
  if (identified.kind === 'known') {
    parts.addresses.prove(request.ip)
    return identified.bearer
  }
  const { kind: _, refusal, organization, ...who } = identified
  if (parts.admitsRecord()) {
    const at = parts.clock.now()
    await addStep(parts.db, organization, {
      step,
      at,
      traceId: request.id,
      reason: refusal,
      ...who,
    })
  }
  throw new Refused(refusal)
}

const CREDENTIAL_REFUSALS = {
  password: 'passwordRefused',
  certificate: 'certificateRefused',
  none: 'credentialMissing',
  malformed: 'credentialMalformed',
} as const satisfies Record<string, Refusal>

function readToken({ security }: Envelope) {
  const credential = readCredential(security)
  if (credential.kind === 'token') return credential
  return { kind: 'refused', refusal: CREDENTIAL_REFUSALS[credential.kind] } as const
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
