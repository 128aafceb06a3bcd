import { ApiError } from '../platform/api-error.ts'
import type { Call } from '../platform/http/call.ts'
import type { AdministratorId } from './administrator.ts'
import type { Holder } from './portal-session.ts'

/** The session that asks, and whose it is. */
export type OwnSession = { readonly id: string; readonly holder: Holder }

/**
 * What is about one's own account is for people who are signed in: a token has none.
 *
 * @throws {ApiError} 403 `sessionNeeded`.
 */
export function toOwnSession({
  caller,
  sessionId,
}: Pick<Call, 'caller' | 'sessionId'>): OwnSession {
  if (!caller || sessionId === undefined) throw new ApiError(403, 'sessionNeeded')
  const { organization, id } = caller
  const kind = id.startsWith('usr_') ? 'user' : 'administrator'
  return { id: sessionId, holder: { organization, kind, id } }
}

/**
 * A local administrator's own account. Of synchronised people the provider decides how they prove who
 * they are.
 *
 * @throws {ApiError} 403 `sessionNeeded`, 409 `providerDecides`.
 */
export function toOwnAdministrator(call: Pick<Call, 'caller' | 'sessionId'>) {
  const { id: session, holder } = toOwnSession(call)
  if (holder.kind !== 'administrator') throw new ApiError(409, 'providerDecides')
  // A session of kind `administrator` names one.
  return { organization: holder.organization, id: holder.id as AdministratorId, session }
}
