import type { SignInAttempt, SignInStart } from '@mooring/contract/single-sign-on'
import { findOrganizationBySlug, loadOrganization } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Call, Handlers } from '../platform/http/call.ts'
import { sessionCookieName } from '../platform/http/identity.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { findPersonRoles } from '../roles/index.ts'
import { admitTry, findOpenStepUp, findSessionId, type ThrottleLimits } from '../sign-in/index.ts'
import { type Attempt, attemptCookieName, hashSecret, isSame, toReturnPath } from './attempt.ts'
import type { Refusal } from './attempt-outcome.ts'
import { findAttempt } from './attempts-store.ts'
import { readExchangeError } from './provider-refusal.ts'
import { renderRefusal, renderTest } from './render-report.ts'
import { type ResolvedProvider, type ResolveParts, resolveProvider } from './resolve-provider.ts'
import { startAttempt } from './start-attempt.ts'
import { startKey } from './start-key.ts'

export type AttemptRouteParts = ResolveParts & {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
}

type Names =
  | 'startSignIn'
  | 'getSignInAttempt'
  | 'startProviderStepUp'
  | 'startSignInTest'
  | 'getSignInTest'

const MINUTE_MS = 60_000
/**
 * Each start leaves a row for half an hour. A whole school comes from one address at eight in the morning,
 * hence a start that succeeds is taken back; whoever wants to fill the disk has to wait after some hundreds.
 * There is no limit for all addresses together: strangers would close the door to everybody with it.
 */
const START_LIMITS: ThrottleLimits = {
  freeFailures: 300,
  windowMs: 5 * MINUTE_MS,
  firstBlockMs: MINUTE_MS / 2,
  longestBlockMs: 15 * MINUTE_MS,
}

/** Beginning a sign-in with the provider, and what became of it. */
export function attemptRoutes(parts: AttemptRouteParts): Handlers<Names> {
  const { db, clock, texts } = parts
  return {
    startSignIn: ({ body }, call) => beginSignIn(parts, body, call),

    async getSignInAttempt({ params }, call) {
      const attempt = await findAttempt(db, params.attempt)
      if (!attempt) throw new ApiError(404, 'attemptUnknown')
      return await describe(parts, attempt, call)
    },

    async startProviderStepUp({ params }, call) {
      const { caller, sessionId } = call
      if (!caller?.id.startsWith('usr_') || !sessionId) throw new ApiError(409, 'signInNotOffered')
      const { organization } = caller
      const key = { organization, session: sessionId, stepUp: params.stepUp }
      const stepUp = await findOpenStepUp(db, key, clock.now())
      if (!stepUp) throw new ApiError(404, 'stepUpUnknown')
      const provider = await loadProvider(parts, organization)
      await admitStart(parts, organization, `provider-of:${caller.id}`)
      const { settings } = provider
      const context = settings.kind === 'entra' ? settings.stepUpContext : null
      return await startAttempt({ ...parts, now: clock.now() }, call.cookies, {
        organization,
        provider,
        purpose: 'stepUp',
        startedBy: caller.id,
        stepUpId: stepUp.id,
        sessionId,
        ...(context === null ? { prompt: 'login' } : { context }),
        // OpenID Connect Core 1.0 §3.1.2.1: who is asked with it must send `auth_time` back.
        ...(settings.kind === 'openid' ? { maxAgeSeconds: 0 } : {}),
      })
    },

    async startSignInTest(_input, call) {
      const { organization, caller } = call
      const provider = await loadProvider(parts, organization)
      await admitStart(parts, organization, `provider-of:${caller.id}`)
      const started = await startAttempt({ ...parts, now: clock.now() }, call.cookies, {
        organization,
        provider,
        purpose: 'test',
        startedBy: caller.id,
        prompt: choosing(provider),
      })
      await call.audit(db, { action: 'sign-in.tested', object: { kind: 'provider' } })
      return started
    },

    async getSignInTest({ params }, call) {
      const attempt = await findAttempt(db, params.attempt)
      if (attempt?.purpose !== 'test' || attempt.organization !== call.organization) {
        throw new ApiError(404, 'attemptUnknown')
      }
      const person = attempt.outcome?.test?.account?.id
      const roles = person ? await findPersonRoles(db, call.organization, person) : []
      const { outcome } = attempt
      // The administrator who looks need not be in the window in which the test was made.
      const told = await describe(parts, attempt, { ...call, isOwnBrowser: true })
      return renderTest(texts, call.language, { attempt: told, outcome, roles })
    },
  }
}

/**
 * Begins a sign-in of somebody with their organization's provider.
 *
 * @throws {ApiError} when the organization is not known or offers none.
 */
export async function beginSignIn(
  parts: Omit<AttemptRouteParts, 'texts'>,
  body: SignInStart,
  call: Pick<Call, 'cookies' | 'clientAddress'>,
): Promise<{ attempt: string; redirectTo: string }> {
  const organization = await findOrganizationBySlug(parts.db, body.organization)
  if (!organization) {
    throw new ApiError(404, 'organizationUnknown', { values: { slug: body.organization } })
  }
  const provider = await loadProvider(parts, organization.id)
  if (!provider.settings.enabled) throw new ApiError(409, 'signInNotOffered')
  await admitStart(parts, organization.id, startKey(call.clientAddress))
  const { returnTo, chooseAccount } = body
  const token = call.cookies.get(sessionCookieName(parts.publicUrl))
  return await startAttempt({ ...parts, now: parts.clock.now() }, call.cookies, {
    organization: organization.id,
    provider,
    purpose: 'signIn',
    returnTo: returnTo === undefined ? undefined : toReturnPath(returnTo),
    // On the way back, which another site leads, the browser keeps this cookie to itself.
    sessionId: token && (await findSessionId(parts.db, token)),
    prompt: chooseAccount ? choosing(provider) : undefined,
  })
}

/** @throws {ApiError} when there is none, or its discovery document is not to be had. */
async function loadProvider(
  parts: ResolveParts,
  organization: OrganizationId,
): Promise<ResolvedProvider> {
  try {
    const provider = await resolveProvider(parts, organization)
    if (provider) return provider
  } catch (error) {
    if (!readExchangeError(error)) throw error
    throw new ApiError(503, 'providerNotReached', { cause: error, retryAfterSeconds: 30 })
  }
  throw new ApiError(409, 'signInNotOffered')
}

async function admitStart(
  { db, clock }: Pick<AttemptRouteParts, 'db' | 'clock'>,
  organization: OrganizationId,
  key: string,
): Promise<void> {
  const now = clock.now()
  const keys = [{ key, limits: START_LIMITS }]
  const until = await admitTry(db, organization, { keys, now })
  if (!until) return
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
  const values = { minutes: Math.ceil(seconds / 60) }
  throw new ApiError(429, 'tooManyAttempts', { values, retryAfterSeconds: seconds })
}

/** Others than Entra need not know how to let people choose; a fresh sign-in comes to the same. */
const choosing = ({ settings }: ResolvedProvider) =>
  settings.kind === 'entra' ? 'select_account' : 'login'

async function describe(
  { db, clock, texts, publicUrl }: AttemptRouteParts,
  attempt: Attempt,
  { cookies, language, isOwnBrowser }: Pick<Call, 'cookies' | 'language'> & { isOwnBrowser?: true },
): Promise<SignInAttempt> {
  const { slug } = await loadOrganization(db, attempt.organization)
  const { outcome, purpose } = attempt
  const told = { organization: slug, purpose }
  const render = (refusal: Refusal, at: string) => renderRefusal(texts, language, { refusal, at })
  if (outcome) {
    const { state, refusal, at } = outcome
    return { ...told, state, trouble: refusal ? render(refusal, at) : null }
  }
  const now = clock.now()
  if (attempt.expiresAt <= now) {
    return {
      ...told,
      state: 'expired',
      trouble: render({ code: 'tookTooLong' }, now.toISOString()),
    }
  }
  const secret = cookies.get(attemptCookieName(publicUrl, attempt.id))
  if (isOwnBrowser || (secret && isSame(hashSecret(secret), attempt.secretHash))) {
    return { ...told, state: 'open', trouble: null }
  }
  return { ...told, state: 'refused', trouble: render({ code: 'otherBrowser' }, now.toISOString()) }
}
