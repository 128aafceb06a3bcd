import { createHash } from 'node:crypto'
import type { OrganizationId } from '../organization-id.ts'

/** A call as it is proven: what is asked of which address, with which values. */
export type Act = {
  readonly method: string
  /** With `/api/v1` and the query, as it is sent. */
  readonly url: string
  /** As JSON has it; `undefined` and `null` where there is none. */
  readonly body: unknown
}

/** Names the very call: one that differs in a single value has another hash. SHA-256 in base64url. */
export function hashAct({ method, url, body }: Act): string {
  const text = JSON.stringify(body ?? null)
  return createHash('sha256').update(`${method} ${url}\n${text}`).digest('base64url')
}

/** A proof that a session shows with a call. */
export type ShownStepUp = {
  readonly organization: OrganizationId
  readonly session: string
  /** `stp_…` */
  readonly stepUp: string
  /** Of the call, made by `hashAct`. */
  readonly act: string
}

/** Uses a proof up. `false`: none that is good for this session and this very act. */
export type TakeStepUp = (shown: ShownStepUp) => Promise<boolean>
