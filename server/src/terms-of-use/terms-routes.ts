import type { FastifyReply, FastifyRequest } from 'fastify'
import { createSharedLook } from '../platform/batches.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { returnToWindows, type TermsAnswer, type TermsError } from './return-to-windows.ts'
import {
  ANSWER_PATH,
  findShownPage,
  makeReceipt,
  type PageParts,
  showTerms,
  takeAnswer,
} from './show-terms.ts'
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
      /** A label for records. */
      readonly userName: string | undefined
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

export type TermsParts = PageParts & {
  readonly log: Logger
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

type Answering = TermsParts & {
  /** Once for all who ask at the same time. */
  readonly pageOf: (organization: OrganizationId) => ReturnType<typeof findShownPage>
}

/**
 * What Entra has the sign-in page of Windows open before a device joins. Whoever may enrol a device goes
 * back at once with a signed receipt, everybody else with an error; only where an organization wants it,
 * its terms are shown before.
 *
 * @see windows-mdm.md 1
 */
export function addTermsRoutes(app: HttpServer, given: TermsParts): void {
  const pageOf = createSharedLook((organization: OrganizationId) =>
    findShownPage(given, { organization }),
  )
  const parts: Answering = { ...given, pageOf }
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
    scope.post(ANSWER_PATH, { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const fields = (request.body ?? {}) as TermsFields // our own parser's
      const location = parts.admitsAddress(request.ip) && (await takeAnswer(parts, fields))
      if (location) return reply.code(302).header('location', location).send('')
      return reply.code(400).type(PLAIN).send('This page is too old. Begin again in Windows.')
    })
  })
}

async function answerTerms(parts: Answering, request: FastifyRequest, reply: FastifyReply) {
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
  const answer = await decide(parts, asked, { token: readBearer(request), visit })
  if (answer.kind === 'shown') return await showTerms(parts, answer, { request, reply })
  return reply
    .code(302)
    .header('location', returnToWindows(asked.returnTo, asked.requestId, answer))
    .send('')
}

type Shown = { readonly kind: 'shown' } & Parameters<typeof showTerms>[1]

const PLAIN = 'text/plain; charset=utf-8'

async function decide(
  parts: Answering,
  asked: TermsRequest,
  { token, visit }: { readonly token: string | undefined; readonly visit: TermsVisit },
): Promise<TermsAnswer | Shown> {
  const { clock, keys, log, admit, recordRefusal } = parts
  if (asked.apiVersion !== KNOWN_VERSION) {
    await recordRefusal(visit, 'apiVersionUnknown')
    return { kind: 'failed', error: 'invalid_request', reason: 'unsupported version' }
  }
  try {
    const admission = await admit(token, visit)
    if (admission.kind === 'refused') return { ...admission, kind: 'failed' }
    const { organization, tenantId: tid, oid, userName } = admission
    const request = asked.requestId ?? null
    const proven = { organization, tid, oid, request, join: asked.isJoin }
    const page = await parts.pageOf(organization)
    if (page) {
      const { returnTo } = asked
      return { kind: 'shown', page, proven: { ...proven, name: userName ?? null, returnTo } }
    }
    const key = await keys.find(organization)
    return { kind: 'accepted', receipt: makeReceipt(proven, key, clock.now()) }
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
