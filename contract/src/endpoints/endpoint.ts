import { z } from 'zod'
import type { Permission } from '../permissions.ts'
import { InOrganization } from '../values.ts'

/** One call of the API, under `/api/v1`. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for each path parameter. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  /** What the caller must be allowed to do. There is no default: a route without one does not compile. */
  readonly permission: Permission
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly status: 200 | 201 | 202 | 204
  readonly response?: z.ZodType
  /** An answer that comes bit by bit as text, instead of `response`. */
  readonly stream?:
    | 'text/csv'
    | 'text/event-stream'
    | 'application/x-ndjson'
    | 'application/x-ndjson'
  /** What a browser saves the stream as, where the path's last part says too little. */
  readonly fileName?: string
  /** Sessions may be asked to prove anew who acts (403 `stepUpNeeded`); see `step-up.ts`. */
  readonly stepUp?: true
  /** Statuses besides the common ones (400, 401, 403, 404, 422, 429, 500) that a caller should expect. */
  readonly refusals?: readonly number[]
}

/** Where everything of one organization is. */
export const org = '/organizations/{org}'
/** Path parameters of one thing of an organization. */
export function inOrgWith<Name extends string>(name: Name) {
  const id = z.string().min(1).max(80)
  // A computed key widens to `string`; this is the one key that it computes.
  return InOrganization.extend({ [name]: id } as Record<Name, typeof id>)
}
