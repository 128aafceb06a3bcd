import type { Chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import type { Request } from '../http/request.ts'
import type { Scenario } from '../scenario.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { AppRegistry } from './app-registry.ts'
import type { LoginErrorContext } from './login-error.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Tenant } from './tenant.ts'

/** What the login side works with. */
export type Login = {
  readonly tenants: readonly Tenant[]
  readonly apps: AppRegistry
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly chance: Chance
  readonly scenario: Scenario
  readonly signIn: SignIn
}

export function toErrorContext(
  login: Login,
  request: Request,
  form?: URLSearchParams,
): LoginErrorContext {
  const correlationId = form?.get('client-request-id') ?? request.headers['client-request-id']
  return {
    now: login.clock.now(),
    chance: login.chance,
    correlationId,
    origin: request.origin,
    separator: login.scenario.errorSeparator === 'crlf' ? '\r\n' : ' ',
  }
}
