import { EntraError } from '../entra/entra-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import { DiscoveryRefused } from '../entra/openid/discover-server.ts'
import type { Refusal, RefusalCode } from './attempt-outcome.ts'

/**
 * What Entra's numbers mean for whoever signs in. They choose the words and nothing else: Microsoft says
 * that programs react to `error`.
 *
 * @see Entra "Microsoft Entra authentication and authorization error codes"
 */
const BY_NUMBER: readonly (readonly [RefusalCode, readonly number[]])[] = [
  ['cancelled', [65004]],
  ['consentMissing', [65001, 90094, 90095, 650052, 650056]],
  ['notAssigned', [50105]],
  ['blockedByPolicy', [53003, 530032, 530035, 53004, 53010, 53011]],
  ['deviceNotCompliant', [53000]],
  ['deviceNotJoined', [53001]],
  ['appNotApproved', [53002, 530021]],
  ['accountNotInTenant', [50020, 50034, 51004, 16000, 16003]],
  ['accountLocked', [50057, 50053, 50055, 50126]],
  ['signInNeeded', [50058, 16002, 50076, 50079, 50072, 50074, 50078, 50158]],
  ['sessionOver', [50173, 50132, 50133, 70043, 700082]],
  ['registrationWrong', [50011, 700016, 700011, 90002, 50194]],
  ['requestWrong', [700054, 70005, 70007]],
  ['codeNotAccepted', [54005, 70008, 501481, 700005]],
  ['credentialWrong', [7000215, 7000222, 700027, 7000218, 7000112, 70001]],
  ['loopStopped', [50196]],
  ['providerBusy', [90033, 90006, 90024, 90055]],
]
const CODE_OF = new Map(
  BY_NUMBER.flatMap(([code, numbers]) => numbers.map((number) => [number, code] as const)),
)

/** OAuth's and OpenID Connect's own words, for every provider. */
const BY_ERROR = new Map<string, RefusalCode>(
  Object.entries({
    access_denied: 'providerRefused',
    consent_required: 'consentMissing',
    login_required: 'signInNeeded',
    interaction_required: 'signInNeeded',
    account_selection_required: 'signInNeeded',
    invalid_client: 'credentialWrong',
    unauthorized_client: 'registrationWrong',
    invalid_grant: 'codeNotAccepted',
    invalid_request: 'requestWrong',
    invalid_scope: 'requestWrong',
    unsupported_response_type: 'requestWrong',
    temporarily_unavailable: 'providerBusy',
    server_error: 'providerBusy',
  } as const),
)

type ReturnedError = {
  readonly error: string
  readonly description: string
  readonly subcode: string
}

/** What an error that came back with the browser means. Its text is not shown: anybody can write one. */
export function readReturnedError({ error, description, subcode }: ReturnedError): Refusal {
  const number = /^AADSTS(\d{4,8})\b/.exec(description)?.[1]
  const find = (name: string) =>
    new RegExp(`${name}: ([0-9a-f-]{36})`, 'i').exec(description)?.[1]?.toLowerCase()
  const code = subcode === 'cancel' ? 'cancelled' : codeOf(number, error)
  return {
    code,
    ...(number ? { microsoftCode: `AADSTS${number}` } : {}),
    ...given('microsoftTraceId', find('Trace ID')),
    ...given('correlationId', find('Correlation ID')),
    values: { error: plainError(error) },
  }
}

/** What the token endpoint's or the network's no means; `undefined` for what is our own fault. */
export function readExchangeError(error: unknown): Refusal | undefined {
  if (error instanceof EntraError) {
    const { code, oauthError, traceId, correlationId } = error
    const number = /\d+/.exec(code)?.[0]
    return {
      code: codeOf(number, oauthError),
      ...(number ? { microsoftCode: code } : {}),
      ...given('microsoftTraceId', traceId),
      ...given('correlationId', correlationId),
      values: { error: plainError(oauthError) },
    }
  }
  if (error instanceof NetworkError) {
    const { code, host, found } = error
    return { code: 'providerUnreachable', values: { host, fault: code, found } }
  }
  if (error instanceof DiscoveryRefused) {
    return { code: 'registrationWrong', values: { error: error.code } }
  }
  return undefined
}

function codeOf(number: string | undefined, error: string): RefusalCode {
  const byNumber = number === undefined ? undefined : CODE_OF.get(Number(number))
  return byNumber ?? BY_ERROR.get(error) ?? 'providerRefused'
}

const given = (name: 'microsoftTraceId' | 'correlationId', value: string | undefined) =>
  value === undefined ? {} : { [name]: value }

/** A word of the protocol and nothing that somebody could have a page say. */
const plainError = (error: string) => (/^[a-z_]{1,60}$/.test(error) ? error : 'other')
