import type { SignInScenario } from '../scenario.ts'

/** Authentication contexts that the `claims` parameter asks for, by the token to carry them. */
export type RequestedContexts = {
  readonly idToken: readonly string[]
  readonly accessToken: readonly string[]
}

/**
 * Reads `{"id_token":{"acrs":{"essential":true,"value":"c1"}}}` and the same with `access_token`;
 * `values` may stand for `value`. Everything else in the parameter is ignored, as Entra does.
 * @see Entra "Developer guide to Conditional Access authentication context"
 */
export function readRequestedContexts(
  claims: string | null,
  scenario: Pick<SignInScenario, 'contextLimit' | 'idTokenContexts'>,
): RequestedContexts {
  const asked = readObject(claims)
  const isKnown = (id: string) => {
    const number = Number(/^c([1-9]\d?)$/.exec(id)?.[1] ?? 'NaN')
    return number <= scenario.contextLimit
  }
  const read = (token: string) => readValues(member(member(asked, token), 'acrs')).filter(isKnown)
  return {
    idToken: scenario.idTokenContexts ? read('id_token') : [],
    accessToken: read('access_token'),
  }
}

function readValues(acrs: unknown): string[] {
  const values = member(acrs, 'values')
  const all = [member(acrs, 'value'), ...(Array.isArray(values) ? values : [])]
  return all.filter((value): value is string => typeof value === 'string')
}

function readObject(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
