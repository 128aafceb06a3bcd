import { graphJson, type Json, type Reply } from '../http/reply.ts'

/** A refusal of Graph: thrown by the handlers, answered in one place. */
export class GraphError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Record<string, string>
  readonly inner: Record<string, Json>

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { headers?: Record<string, string>; inner?: Record<string, Json> } = {},
  ) {
    super(message)
    this.name = 'GraphError'
    this.status = status
    this.code = code
    this.headers = extra.headers ?? {}
    this.inner = extra.inner ?? {}
  }
}

/**
 * Graph's error body.
 * @see Graph "Microsoft Graph error responses and resource types"
 */
export function toGraphErrorReply(
  error: GraphError,
  context: { now: Date; requestId: string; clientRequestId: string },
): Reply {
  return {
    kind: 'json',
    status: error.status,
    headers: { 'content-type': graphJson, ...error.headers },
    value: {
      error: {
        code: error.code,
        message: error.message,
        innerError: {
          ...error.inner,
          date: context.now.toISOString().slice(0, 19),
          'request-id': context.requestId,
          'client-request-id': context.clientRequestId,
        },
      },
    },
  }
}

export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message)

export const unsupportedQuery = (message: string) =>
  new GraphError(400, 'Request_UnsupportedQuery', message)

export const notAllowed = () =>
  new GraphError(
    405,
    'Request_BadRequest',
    'Specified HTTP method is not allowed for the request target.',
  )

export const segmentUnknown = (segment: string) =>
  badRequest(`Resource not found for the segment '${segment}'.`)

export const resourceUnknown = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )

export const accessDenied = () =>
  new GraphError(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  )

export const tokenRefused = (message: string) =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    headers: {
      'www-authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
    },
  })

/** @see Graph "Use delta query to track changes" and devblogs.microsoft.com, 2020-07-03 */
export const deltaTokenExpired = () =>
  new GraphError(
    400,
    'syncStateNotFound',
    'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
  )

export const resyncOrdered = (location: string) =>
  new GraphError(410, 'resyncRequired', 'Resync required.', { headers: { location } })

export const notInDirectory = () =>
  new GraphError(501, 'NotImplemented', 'This operation target is not yet supported.')
