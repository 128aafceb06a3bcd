import { authorizationUrl } from '../entra/openid/authorization-url.ts'
import type { Db } from '../platform/database.ts'
import type { Call } from '../platform/http/call.ts'
import { newId, randomToken } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  ATTEMPT_SECONDS,
  type AttemptId,
  attemptCookieAttributes,
  attemptCookieName,
  deriveSecrets,
  hashSecret,
  type Purpose,
} from './attempt.ts'
import { addAttempt } from './attempts-store.ts'
import type { ResolvedProvider } from './resolve-provider.ts'

export type Beginning = {
  readonly organization: OrganizationId
  readonly provider: ResolvedProvider
  readonly purpose: Purpose
  readonly returnTo?: string | undefined
  readonly startedBy?: string | undefined
  readonly stepUpId?: string | undefined
  readonly sessionId?: string | undefined
  readonly prompt?: 'select_account' | 'login' | undefined
  readonly context?: string | undefined
  readonly maxAgeSeconds?: number | undefined
}

/** Begins a sign-in: notes it, gives the browser its secret, and says where the browser is to go. */
export async function startAttempt(
  { db, publicUrl, now }: { readonly db: Db; readonly publicUrl: URL; readonly now: Date },
  cookies: Call['cookies'],
  begin: Beginning,
): Promise<{ attempt: AttemptId; redirectTo: string }> {
  const id: AttemptId = newId('att')
  const secret = randomToken(32)
  const { provider, prompt, context, maxAgeSeconds } = begin
  await addAttempt(db, {
    organization: begin.organization,
    id,
    purpose: begin.purpose,
    secretHash: hashSecret(secret),
    providerHash: provider.hash,
    returnTo: begin.returnTo,
    startedBy: begin.startedBy,
    stepUpId: begin.stepUpId,
    sessionId: begin.sessionId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + ATTEMPT_SECONDS * 1000),
    usedAt: undefined,
    outcome: undefined,
  })
  const attributes = attemptCookieAttributes(publicUrl)
  cookies.set(attemptCookieName(publicUrl, id), secret, ATTEMPT_SECONDS, attributes)
  const { server, client, scopes } = provider
  const secrets = deriveSecrets(id, secret)
  return {
    attempt: id,
    redirectTo: authorizationUrl({
      ...{ server, client, scopes, ...secrets },
      ...{ prompt, context, maxAgeSeconds },
    }),
  }
}
