import { createHash } from 'node:crypto'
import type { AppRegistration } from '../entra/app-registry.ts'
import type { Login } from '../entra/login.ts'
import type { Account } from './browsers.ts'
import type { Flow } from './flow.ts'
import type { Grant } from './grants.ts'
import { issueIdToken } from './issue-tokens.ts'
import type { Found } from './sign-in.ts'

export function makeGrant({ tenant, app, request }: Flow, account: Account): Grant {
  return {
    tenantId: tenant.id,
    clientId: app.clientId,
    userId: account.userId,
    sid: account.sid,
    request,
    authenticatedAt: account.authenticatedAt,
    hasMfa: account.mfaAt !== undefined,
    ended: undefined,
  }
}

/** Issues what the app gets through the browser: a code, an ID token when it may, session_state. */
export function grantAccess(options: {
  login: Login
  grant: Grant
  found: Found
  app: AppRegistration
  origin: string
}): Record<string, string> {
  const { login, grant } = options
  const { wantsCode, wantsIdToken } = grant.request
  const code = wantsCode ? login.signIn.grants.addCode(grant, login.clock.now()) : undefined
  const half = code && createHash('sha256').update(code).digest().subarray(0, 16)
  const extra = half ? { c_hash: half.toString('base64url') } : {}
  return {
    ...(code === undefined ? {} : { code }),
    ...(wantsIdToken ? { id_token: issueIdToken({ ...options, via: 'browser', extra }) } : {}),
    session_state: grant.sid,
  }
}
