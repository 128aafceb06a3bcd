import type { EndpointName } from '@mooring/contract/endpoints'
import type { StepUp as ContractStepUp } from '@mooring/contract/step-up'
import { ApiError } from '../platform/api-error.ts'
import { findEndpoint } from '../platform/http/api-paths.ts'
import type { Call, Handlers } from '../platform/http/call.ts'
import { sessionCookieName } from '../platform/http/identity.ts'
import { hashAct } from '../platform/http/step-up-act.ts'
import { newId } from '../platform/ids.ts'
import { type OwnSession, toOwnSession } from './own-session.ts'
import { proveByPassword } from './prove-by-password.ts'
import type { RenewedToken } from './prove-step-up.ts'
import type { SignInParts } from './session-routes.ts'
import { STEP_UP_MS, type StepUp, stateOf, toContract } from './step-up.ts'
import { findMeans } from './step-up-means.ts'
import { addStepUp, findStepUp, removeOverStepUps } from './step-ups-store.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

type Names = 'beginStepUp' | 'getStepUp' | 'stepUpWithPassword'

/** Proves anew who acts, for one dangerous act. */
export function stepUpRoutes(parts: SignInParts): Handlers<Names> {
  const { db, clock } = parts
  return {
    async beginStepUp({ body }, call) {
      const own = toOwnSession(call)
      const found = findEndpoint(body.method, body.path)
      if (!found?.endpoint.stepUp) {
        throw new ApiError(422, 'noStepUp', { fields: [{ path: 'path', message: 'noStepUp' }] })
      }
      const now = clock.now()
      const { method, path: url, body: sent } = body
      const stepUp = toStepUp(own, found.name, { method, url, body: sent }, now)
      await db.transaction().execute(async (tx) => {
        await removeOverStepUps(tx, stepUp, now)
        await addStepUp(tx, stepUp)
      })
      return await tell(parts, call, stepUp)
    },

    async getStepUp({ params }, call) {
      return await tell(parts, call, await loadStepUp(parts, toOwnSession(call), params.stepUp))
    },

    async stepUpWithPassword({ params, body }, call) {
      const own = toOwnSession(call)
      const stepUp = await loadOpenStepUp(parts, own, params.stepUp)
      const outcome = await proveByPassword(parts, own, { stepUp, ...body, now: clock.now() })
      switch (outcome.kind) {
        case 'mustWait':
          throw tooManyAttempts(outcome.until, clock.now())
        case 'wrongWay':
          throw new ApiError(409, 'providerDecides')
        case 'wrong':
          call.log.info({ stepUp: stepUp.id }, 'a step-up was refused')
          throw new ApiError(403, 'proofWrong')
        case 'over':
          throw new ApiError(409, 'stepUpOver')
        case 'proven':
          setRenewedCookie(parts, call, outcome.renewed)
          return await tell(parts, call, await loadStepUp(parts, own, stepUp.id))
      }
    },
  }
}

function toStepUp(
  { id: session, holder }: OwnSession,
  act: EndpointName,
  call: Parameters<typeof hashAct>[0],
  now: Date,
): StepUp {
  return {
    organization: holder.organization,
    id: newId('stp'),
    session,
    actHash: hashAct(call),
    act,
    createdAt: now,
    expiresAt: new Date(now.getTime() + STEP_UP_MS),
    provenAt: undefined,
    usedAt: undefined,
  }
}

/** @throws {ApiError} 404 `stepUpUnknown`, also for one of another session. */
export async function loadStepUp(
  { db }: SignInParts,
  own: OwnSession,
  id: string,
): Promise<StepUp> {
  const { organization } = own.holder
  const stepUp = await findStepUp(db, { organization, session: own.id, stepUp: id })
  if (!stepUp) throw new ApiError(404, 'stepUpUnknown')
  return stepUp
}

/** @throws {ApiError} 404 `stepUpUnknown`, 409 `stepUpOver`. */
export async function loadOpenStepUp(
  parts: SignInParts,
  own: OwnSession,
  id: string,
): Promise<StepUp> {
  const stepUp = await loadStepUp(parts, own, id)
  if (stateOf(stepUp, parts.clock.now()) !== 'open') throw new ApiError(409, 'stepUpOver')
  return stepUp
}

/** A step-up as its owner sees it, the act in the words of who asks. */
export async function tell(
  { db, clock, texts }: SignInParts,
  call: Call,
  stepUp: StepUp,
): Promise<ContractStepUp> {
  const means = await findMeans(db, toOwnSession(call).holder)
  const words = texts.say(call.language, `stepUp.act.${stepUp.act}`)
  return toContract(stepUp, { ...means, act: words }, clock.now())
}

/** The session goes on under a new token. @see ASVS 5.0 7.2.4 */
export function setRenewedCookie(
  { publicUrl, clock }: SignInParts,
  { cookies }: Pick<Call, 'cookies'>,
  { token, expiresAt }: RenewedToken,
): void {
  const seconds = Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000)
  cookies.set(sessionCookieName(publicUrl), token, seconds)
}
