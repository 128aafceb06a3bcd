import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { writeReceipt } from './receipt.ts'
import { returnToWindows, type TermsAnswer, type TermsError } from './return-to-windows.ts'
import type { TermsKeys } from './terms-keys.ts'
import { readTermsRequest, type TermsFields, type TermsRequest } from './terms-request.ts'

const PATH = '/api/device/v1/windows/termsOfUse'
const BODY_LIMIT_BYTES = 64 * 1024
const KNOWN_VERSION = '1.0'

/** Whether whoever asks may go on to enrol a device. */
export type Admission =
  | {
      readonly kind: 'admitted'
      readonly organization: OrganizationId
      readonly tenantId: string
      readonly oid: string
    }
  | { readonly kind: 'refused'; readonly error: TermsError; readonly reason: string }

/** What is told of a request, whatever came of it. No token is in it. */
export type TermsVisit = {
  readonly request: TermsRequest | undefined
  readonly method: string
  /** Whether there was an `Authorization` header. @see windows-mdm.md 9.4, point 2 */
  readonly hasToken: boolean
  /** `FRX`: during first start; `MOSET`: from Windows' settings. */
  readonly host: string | undefined
  readonly clientAddress: string
  readonly traceId: string
}

export type TermsParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly keys: TermsKeys
  /** Where answers may go besides the broker. */
  readonly allowedReturns: readonly string[]
  /** Whether an address may ask just now. */
  readonly admitsAddress: (clientAddress: string) => boolean
  /** Judges the bearer's token, the way into the organization, and records the step. */
  readonly admit: (token: string | undefined, visit: TermsVisit) => Promise<Admission>
  /** Records a request that got no further than its own form. */
  readonly recordRefusal: (
    visit: TermsVisit,
    reason: 'returnNotAllowed' | 'apiVersionUnknown',
  ) => Promise<void>
}

/**
 * What Entra has the sign-in page of Windows open before a device joins. No page of ours is shown: whoever
 * may enrol a device goes back at once with a signed receipt, everybody else with an error.
 *
 * @see windows-mdm.md 1
 */
export function addTermsRoutes(app: HttpServer, parts: TermsParts): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())))
    })
    scope.route({
      method: ['GET', 'POST'],
      url: PATH,
      bodyLimit: BODY_LIMIT_BYTES,
      handler: (request, reply) => answerTerms(parts, request, reply),
    })
  })
}

async function answerTerms(parts: TermsParts, request: FastifyRequest, reply: FastifyReply) {
  reply.header('cache-control', 'no-store')
  if (!parts.admitsAddress(request.ip)) {
    return reply.code(429).header('retry-after', '60').type(PLAIN).send('Too many requests')
  }
  const asked = readTermsRequest(toFields(request), parts.allowedReturns)
  const visit = toVisit(request, asked)
  if (!asked) {
    await parts.recordRefusal(visit, 'returnNotAllowed')
    return reply.code(400).type(PLAIN).send('The redirect_uri is missing or not allowed.')
  }
  const answer = await decide(parts, asked, request, visit)
  return reply
    .code(302)
    .header('location', returnToWindows(asked.returnTo, asked.requestId, answer))
    .send('')
}

const PLAIN = 'text/plain; charset=utf-8'

async function decide(
  { clock, keys, log, admit, recordRefusal }: TermsParts,
  asked: TermsRequest,
  request: FastifyRequest,
  visit: TermsVisit,
): Promise<TermsAnswer> {
  if (asked.apiVersion !== KNOWN_VERSION) {
    await recordRefusal(visit, 'apiVersionUnknown')
    return { kind: 'failed', error: 'invalid_request', reason: 'unsupported version' }
  }
  try {
    const admission = await admit(readBearer(request), visit)
    if (admission.kind === 'refused') return { ...admission, kind: 'failed' }
    const receipt = {
      v: 1 as const,
      tid: admission.tenantId,
      oid: admission.oid,
      join: asked.isJoin,
      request: asked.requestId ?? null,
      iat: Math.floor(clock.now().getTime() / 1000),
    }
    return {
      kind: 'accepted',
      receipt: writeReceipt(receipt, await keys.find(admission.organization)),
    }
  } catch (error) {
    log.error({ err: error, traceId: visit.traceId }, 'terms of use could not be answered')
    return {
      kind: 'failed',
      error: 'server_error',
      reason: `internal service error ${visit.traceId}`,
    }
  }
}

/** Windows' own way is the query; some versions of its sign-in page may post. */
function toFields(request: FastifyRequest): TermsFields {
  const query = request.query as TermsFields
  return request.method === 'POST'
    ? { ...(request.body as TermsFields | undefined), ...query }
    : query
}

function toVisit(request: FastifyRequest, asked: TermsRequest | undefined): TermsVisit {
  const host = request.headers['cxh-host']
  return {
    request: asked,
    method: request.method,
    hasToken: request.headers.authorization !== undefined,
    host: typeof host === 'string' ? host.slice(0, 40) : undefined,
    clientAddress: request.ip,
    traceId: request.id,
  }
}

/** The token of the one `Authorization` header: with two, somebody else may have read the other. */
function readBearer({ headers, raw }: FastifyRequest): string | undefined {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'authorization').length !== 1) return undefined
  return /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1]
}
