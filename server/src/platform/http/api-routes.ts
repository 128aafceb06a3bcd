import { Readable } from 'node:stream'
import { type Endpoint, type EndpointName, endpoints } from '@mooring/contract/endpoints'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../api-error.ts'
import type { Logger } from '../log.ts'
import type { OrganizationId } from '../organization-id.ts'
import { readLanguage } from '../texts.ts'
import { API_BASE } from './api-paths.ts'
import { type Auditor, auditCall, recordingRefusals } from './audit-call.ts'
import type { Call, Caller, Handlers } from './call.ts'
import { checkCsrfToken, checkOrigin } from './forgery.ts'
import type { HttpServer } from './http-server.ts'
import {
  type Identify,
  type Identity,
  readCredential,
  sessionCookieAttributes,
  sessionCookieName,
} from './identity.ts'
import { isPlain } from './plain-text.ts'
import { readInput } from './read-input.ts'
import { hashAct, type TakeStepUp } from './step-up-act.ts'

export type ApiParts = {
  readonly publicUrl: URL
  readonly log: Logger
  readonly handlers: Handlers<EndpointName>
  readonly identify: Identify
  readonly takeStepUp: TakeStepUp
  readonly findOrganization: (slug: string) => Promise<{ readonly id: OrganizationId } | undefined>
  readonly auditor: Auditor
}

/** What tells one browser from another; nobody needs more of it. */
const MAX_USER_AGENT = 300

/** A request whose sender may make it. */
type Admission = {
  readonly identity: Identity | undefined
  readonly organization: { readonly id: OrganizationId; readonly slug: string } | undefined
}
type AnyHandler = (input: unknown, call: Call) => Promise<unknown>

/**
 * Makes a route of every endpoint that has a handler. Whether the caller may is decided before the
 * body is read; what leaves is cut to what the contract promises.
 */
export function addApiRoutes(app: HttpServer, parts: ApiParts): void {
  const admissions = new WeakMap<FastifyRequest, Admission>()
  for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
    const handler = parts.handlers[name] as AnyHandler // typed by `Handlers` where it is written
    const read = createReader(endpoint)
    app.route({
      method: endpoint.method,
      url: API_BASE + endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      async onRequest(request, reply) {
        reply.header('cache-control', 'no-store')
        admissions.set(request, await admit(parts, endpoint, request))
      },
      async handler(request, reply) {
        // Set by onRequest, without which Fastify does not come here.
        const admission = admissions.get(request) as Admission
        const input = read(request)
        const answer = await telling(parts, { endpoint, request }, admission.identity, () =>
          handler(input, toCall(parts, admission, request, reply)),
        )
        reply.code(endpoint.status)
        if (endpoint.stream) {
          // `Handlers` promises an iterable of texts here; closing the connection ends it.
          if (endpoint.stream !== 'text/event-stream') {
            const name = endpoint.fileName ?? endpoint.path.split('/').at(-1)
            reply.header('content-disposition', `attachment; filename="${name}"`)
          }
          const text = Readable.from(answer as AsyncIterable<string>)
          return reply.type(`${endpoint.stream}; charset=utf-8`).send(text)
        }
        if (!endpoint.response) return reply.send()
        return reply
          .type('application/json; charset=utf-8')
          .send(JSON.stringify(endpoint.response.parse(answer)))
      },
    })
  }
}

/** Read from top to bottom: who asks, where, whether they may, and whether they meant to. */
async function admit(
  parts: ApiParts,
  endpoint: Endpoint,
  request: FastifyRequest,
): Promise<Admission> {
  checkOrigin(toOrigin(request), parts.publicUrl)
  if (endpoint.permission === 'public') return { identity: undefined, organization: undefined }

  const identity = await identifyRequest(parts, request)
  if (!identity) throw new ApiError(401, 'signInNeeded')
  return await telling(parts, { endpoint, request }, identity, async () => {
    const organization = await findOrganization(parts, endpoint, request, identity.caller)
    if (!identity.caller.permissions.has(endpoint.permission)) {
      throw new ApiError(403, 'notAllowed', { values: { permission: endpoint.permission } })
    }
    if (identity.kind === 'session') {
      checkCsrfToken(request.method, request.headers['x-csrf-token'], identity.csrfToken)
    }
    return { identity, organization }
  })
}

/** Of strangers nothing is told here: they are refused before there is anything to tell. */
async function telling<Answer>(
  { auditor }: ApiParts,
  asked: { readonly endpoint: Endpoint; readonly request: FastifyRequest },
  identity: Identity | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (!identity) return await work()
  return await recordingRefusals(auditor, { ...asked, caller: identity.caller }, work)
}

async function identifyRequest(
  parts: ApiParts,
  request: FastifyRequest,
): Promise<Identity | undefined> {
  const cookie = request.cookies[sessionCookieName(parts.publicUrl)]
  const credential = readCredential(request.headers.authorization, cookie)
  return credential && (await parts.identify(credential, request.ip))
}

/** An organization the caller may not act in is told like one that does not exist. */
async function findOrganization(
  parts: ApiParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  caller: Caller,
): Promise<Admission['organization']> {
  if (!endpoint.path.includes('{org}')) return undefined
  const { org: slug } = request.params as { org: string } // `{org}` is in the path
  // Whoever was just found brings along what their own organization is called.
  if (slug === caller.slug) return { id: caller.organization, slug }
  const found = isPlain(slug) ? await parts.findOrganization(slug) : undefined
  if (found && (caller.everywhere || caller.organization === found.id)) return { ...found, slug }
  throw new ApiError(404, 'organizationUnknown', { values: { slug } })
}

/** Reads requests of an endpoint. Made once: a schema takes longer to make than to read with. */
function createReader({ params, query, body }: Endpoint) {
  const strictQuery = query?.strict()
  return (request: FastifyRequest) => {
    const names = params?.safeParse(isPlain(request.params) ? request.params : undefined)
    // A path parameter that cannot be names nothing.
    if (names?.success === false) throw new ApiError(404, 'notFound')
    return {
      params: names?.data ?? {},
      query: strictQuery ? readInput(strictQuery, request.query) : {},
      body: body ? readInput(body, request.body ?? undefined) : undefined,
    }
  }
}

function toCall(
  parts: ApiParts,
  { identity, organization }: Admission,
  request: FastifyRequest,
  reply: FastifyReply,
): Call {
  const attributes = sessionCookieAttributes(parts.publicUrl)
  const caller = identity?.caller
  return {
    caller,
    organization: organization?.id,
    slug: organization?.slug,
    language: readLanguage(request.headers['accept-language']),
    traceId: request.id,
    clientAddress: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
    sessionId: identity?.kind === 'session' ? identity.sessionId : undefined,
    demandStepUp: () => demandStepUp(parts, identity, request),
    log: parts.log.child({ traceId: request.id, ...(caller ? { caller: caller.id } : {}) }),
    trigger: identity?.kind === 'token' ? 'api' : 'portal',
    ...auditCall(parts.auditor, request, {
      caller,
      ...(organization ? { organization: organization.id } : {}),
    }),
    cookies: {
      get: (name) => request.cookies[name],
      set: (name, value, maxAgeSeconds, others) => {
        reply.setCookie(name, value, { ...attributes, ...others, maxAge: maxAgeSeconds })
      },
      clear: (name) => {
        reply.clearCookie(name, attributes)
      },
    },
  }
}

/** @throws {ApiError} 403 `stepUpNeeded`, unless a token calls or the proof is good for this very call. */
async function demandStepUp(
  { takeStepUp }: ApiParts,
  identity: Identity | undefined,
  request: FastifyRequest,
): Promise<void> {
  if (identity?.kind === 'token') return
  const stepUp = request.headers['x-step-up']
  if (identity && typeof stepUp === 'string') {
    const { caller, sessionId: session } = identity
    const act = hashAct({ method: request.method, url: request.url, body: request.body })
    if (await takeStepUp({ organization: caller.organization, session, stepUp, act })) return
  }
  throw new ApiError(403, 'stepUpNeeded')
}

function toOrigin(request: FastifyRequest) {
  const fetchSite = request.headers['sec-fetch-site']
  return {
    method: request.method,
    origin: request.headers.origin,
    fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined,
  }
}
