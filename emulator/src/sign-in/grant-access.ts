import { createHash } from 'node:crypto'
import type { Login } from '../entra/login.ts'
import type { Account } from './browsers.ts'
import type { Flow } from './flow.ts'
import type { Grant } from './grants.ts'
import { issueIdToken } from './issue-tokens.ts'
import type { Found } from './sign-in.ts'

/** Issues what the app gets through the browser: a code, an ID token when it may, session_state. */
export function grantAccess(options: {
  login: Login
  flow: Flow
  account: Account
  found: Found
  origin: string
}): Record<string, string> {
  const { login, flow, account, found, origin } = options
  const { request, app } = flow
  const now = login.clock.now()
  const grant: Grant = {
    tenantId: flow.tenant.id,
    clientId: app.clientId,
    userId: account.userId,
    sid: account.sid,
    request,
    authenticatedAt: account.authenticatedAt,
    hasMfa: account.mfaAt !== undefined,
    ended: undefined,
  }
  const code = request.wantsCode ? login.signIn.grants.addCode(grant, now) : undefined
  const half = code && createHash('sha256').update(code).digest().subarray(0, 16)
  const hash = half ? { c_hash: half.toString('base64url') } : {}
  return {
    ...(code === undefined ? {} : { code }),
    ...(request.wantsIdToken
      ? {
          id_token: issueIdToken({
            login,
            grant,
            found,
            app,
            origin,
            via: 'browser',
            extra: hash,
          }),
        }
      : {}),
    session_state: account.sid,
  }
}
