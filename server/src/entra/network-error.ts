/** How a request failed before there was an answer that could be read. */
export type NetworkFault =
  | 'dnsFailed'
  | 'connectionRefused'
  | 'tlsFailed'
  | 'timedOut'
  | 'connectionLost'
  | 'notJson'
  | 'answerTooLarge'
  | 'redirected'
  | 'addressRefused'

/** The other side was not reached, or what came back was not from it. */
export class NetworkError extends Error {
  readonly code: NetworkFault
  readonly host: string
  /** The lower layer's word for it, e.g. `ENOTFOUND`, `CERT_HAS_EXPIRED`, or the content type found. */
  readonly found: string
  /** When the other side answered at all, with what status. */
  readonly status: number | undefined

  constructor(
    code: NetworkFault,
    host: string,
    found: string,
    more: { status?: number; cause?: unknown } = {},
  ) {
    super(`${host}: ${code} (${found})`, { cause: more.cause })
    this.name = 'NetworkError'
    this.code = code
    this.host = host
    this.found = found
    this.status = more.status
  }
}

const BY_SYSTEM_CODE: Readonly<Record<string, NetworkFault>> = {
  ENOTFOUND: 'dnsFailed',
  EAI_AGAIN: 'dnsFailed',
  ECONNREFUSED: 'connectionRefused',
  EHOSTUNREACH: 'connectionRefused',
  ENETUNREACH: 'connectionRefused',
  ETIMEDOUT: 'timedOut',
  UND_ERR_CONNECT_TIMEOUT: 'timedOut',
  UND_ERR_HEADERS_TIMEOUT: 'timedOut',
  UND_ERR_BODY_TIMEOUT: 'timedOut',
  ECONNRESET: 'connectionLost',
  EPIPE: 'connectionLost',
  UND_ERR_SOCKET: 'connectionLost',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connectionLost',
  UND_ERR_ABORTED: 'timedOut',
  EPROTO: 'tlsFailed',
  EADDRESSREFUSED: 'addressRefused',
  HPE_INVALID_CONSTANT: 'notJson',
}

/** Names the fault behind an error of the HTTP client. */
export function toNetworkError(error: unknown, host: string): NetworkError {
  if (error instanceof NetworkError) return error
  const code = systemCode(error)
  return new NetworkError(faultOf(code), host, code, { cause: error })
}

function faultOf(code: string): NetworkFault {
  const known = BY_SYSTEM_CODE[code]
  if (known) return known
  // OpenSSL and Node name certificate faults in many ways.
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|UNABLE_TO/.test(code)) return 'tlsFailed'
  if (/TIMEOUT/i.test(code)) return 'timedOut'
  return 'connectionLost'
}

function systemCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
    // Several addresses were tried: the first says why.
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0])
  }
  return error instanceof Error ? error.name : 'unknown'
}
