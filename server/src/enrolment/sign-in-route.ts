import type { FastifyReply, FastifyRequest } from 'fastify'
import { findPeople } from '../directory/index.ts'
import { listOrganizations, type Organization } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Call } from '../platform/http/call.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import {
  type Identify,
  sessionCookieAttributes,
  sessionCookieName,
} from '../platform/http/identity.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { readLanguage, type Texts } from '../platform/texts.ts'
import { removeSession } from '../sign-in/index.ts'
import { refuseEnroller } from './decide-enrolment.ts'
import { toEnroller } from './identify-bearer.ts'
import { makeOwnToken } from './own-token.ts'
import { addOwnToken } from './own-tokens-store.ts'
import type { Refusal } from './refusal.ts'
import { findRules } from './settings-store.ts'
import { handOverPage, onceMorePage, refusalPage, SIGN_IN_PAGE_POLICY } from './sign-in-page.ts'
import { SIGN_IN_PATH } from './soap-services.ts'
import { addStep } from './steps-store.ts'

export type SignInRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly publicUrl: URL
  readonly identify: Identify
  readonly admitsAddress: (clientAddress: string) => boolean
  /** Begins a sign-in with the organization's provider. @throws {ApiError} where there is none. */
  readonly beginSignIn: (
    given: { readonly organization: string; readonly returnTo: string },
    call: Pick<Call, 'cookies' | 'clientAddress'>,
  ) => Promise<{ readonly redirectTo: string }>
}

/** Windows goes on at once; until then somebody could look over a shoulder. */
const TOKEN_MS = 10 * 60_000
/** The app on the device that waits for the token, and nobody else. */
const APP = /^ms-app:\/\/[\w.-]{1,200}\/?$/i
const MOST_ORGANIZATIONS = 1000

/**
 * Where somebody signs in who enrols a device without joining it to Entra: through Mooring's own sign-in,
 * after which Windows gets a token that enrols one device within ten minutes.
 *
 * @see windows-mdm.md 2.5
 */
export function addSignInRoute(app: HttpServer, parts: SignInRouteParts): void {
  app.get(SIGN_IN_PATH, async (request, reply) => {
    reply.removeHeader('x-frame-options').headers({
      'cache-control': 'no-store',
      'content-security-policy': SIGN_IN_PAGE_POLICY,
    })
    const language = readLanguage(request.headers['accept-language'])
    const words = { texts: parts.texts, language }
    const send = (status: number, page: { readonly text: string }) =>
      reply.code(status).type('text/html; charset=utf-8').send(page.text)
    const refuse = (status: number, key: string) =>
      send(status, refusalPage(words, [parts.texts.say(language, `enrolment.signIn.${key}`)]))
    if (!parts.admitsAddress(request.ip)) return refuse(429, 'tooMany')
    const query = request.query as Readonly<Record<string, unknown>>
    const { appru } = query
    if (typeof appru !== 'string' || !APP.test(appru)) return refuse(400, 'appWrong')
    const person = await findSignedIn(parts, request)
    if (person === 'somebodyElse') return refuse(403, 'notAPerson')
    if (!person) {
      if (query['back'] === '1') return send(200, onceMorePage(words, again(query, '2')))
      if (query['back'] === '2') return refuse(403, 'notSignedIn')
      const begun = await begin(parts, request, reply)
      return begun ? reply.code(303).header('location', begun).send('') : refuse(404, 'notOffered')
    }
    const made = await makeToken(parts, request, person)
    const cookie = sessionCookieName(parts.publicUrl)
    // The web view of a set-up is no place to stay signed in.
    await removeSession(parts.db, request.cookies[cookie] ?? '')
    reply.clearCookie(cookie, sessionCookieAttributes(parts.publicUrl))
    if (made.kind === 'refused') {
      const say = (part: string) => parts.texts.say(language, `enrolment.${made.refusal}.${part}`)
      return send(403, refusalPage(words, [say('cause'), say('remedy')]))
    }
    return send(200, handOverPage(words, { appru, token: made.token }))
  })
}

/** The same address, with what tells the tries apart. */
function again(query: Readonly<Record<string, unknown>>, back: '1' | '2'): string {
  const { appru, login_hint: hint } = query
  const fields = {
    appru,
    ...(typeof hint === 'string' ? { login_hint: hint.slice(0, 320) } : {}),
    back,
  }
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  )
  return `${SIGN_IN_PATH}?${pairs.join('&')}`
}

type SignedIn = { readonly organization: OrganizationId; readonly id: string }

async function findSignedIn(
  { identify, publicUrl }: SignInRouteParts,
  request: FastifyRequest,
): Promise<SignedIn | 'somebodyElse' | undefined> {
  const value = request.cookies[sessionCookieName(publicUrl)]
  const identity = value ? await identify({ kind: 'session', value }, request.ip) : undefined
  if (!identity) return undefined
  const { id, organization } = identity.caller
  // Local administrators have no devices.
  return id.startsWith('usr_') ? { id, organization } : 'somebodyElse'
}

/** @returns where the provider is; `undefined` where nobody can sign in. */
async function begin(
  parts: SignInRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  const query = request.query as Readonly<Record<string, unknown>>
  const organization = await findPlace(parts, query['login_hint'])
  if (!organization) return undefined
  const cookies: Call['cookies'] = {
    get: (name) => request.cookies[name],
    set: (name, value, maxAge, attributes) => {
      const usual = sessionCookieAttributes(parts.publicUrl)
      reply.setCookie(name, value, { ...usual, ...attributes, maxAge })
    },
    clear: (name) => {
      reply.clearCookie(name, sessionCookieAttributes(parts.publicUrl))
    },
  }
  try {
    const given = { organization: organization.slug, returnTo: again(query, '1') }
    return (await parts.beginSignIn(given, { cookies, clientAddress: request.ip })).redirectTo
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return undefined
    throw error
  }
}

/** The organization of whoever typed this name; the only one there is, where there is one. */
async function findPlace(
  { db }: SignInRouteParts,
  hint: unknown,
): Promise<Organization | undefined> {
  const organizations = await listOrganizations(db, { limit: MOST_ORGANIZATIONS })
  const [only, more] = organizations
  if (!more) return only
  if (typeof hint !== 'string' || hint === '' || hint.length > 320 || hint.includes('\0')) {
    return undefined
  }
  const field = 'userPrincipalName'
  const found: Organization[] = []
  for (const organization of organizations) {
    const people = await findPeople(db, organization.id, { field, value: hint })
    if (people.some(({ state }) => state !== 'outside')) found.push(organization)
  }
  return found.length === 1 ? found[0] : undefined
}

type Made =
  | { readonly kind: 'made'; readonly token: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

async function makeToken(
  { db, clock }: SignInRouteParts,
  request: FastifyRequest,
  { organization, id }: SignedIn,
): Promise<Made> {
  const now = clock.now()
  const [person] = await findPeople(db, organization, { field: 'id', value: id })
  const { rules } = await findRules(db, organization)
  const enroller = await toEnroller(db, organization, { person, rules, isGuest: false })
  const closed = rules.personal ? undefined : ('personalNotAllowed' as const)
  const refusal = refuseEnroller(rules, enroller) ?? closed
  const { token, hash } = makeOwnToken()
  await db.transaction().execute(async (tx) => {
    await addStep(tx, organization, {
      step: 'signIn',
      at: now,
      traceId: request.id,
      reason: refusal,
      userEntraId: person?.entraId,
      userName: person?.userPrincipalName,
    })
    if (refusal || !person) return
    await addOwnToken(tx, {
      organization_id: organization,
      id: newId('ent'),
      token_hash: hash,
      kind: 'signIn',
      name: person.userPrincipalName,
      user_entra_id: person.entraId,
      ownership: 'personal',
      group_id: null,
      most_uses: 1,
      created_at: now,
      created_by: person.userPrincipalName,
      expires_at: new Date(now.getTime() + TOKEN_MS),
      revoked_at: null,
    })
  })
  return refusal ? { kind: 'refused', refusal } : { kind: 'made', token }
}
