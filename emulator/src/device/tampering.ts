import type { Context } from './request-token.ts'
import type { Sending } from './transport.ts'

/** Where a test lays hand on what the device sends. Each is given the honest value. */
export type Tampering = {
  readonly termsToken?: (honest: string) => string
  /** The credential of the policy and enrolment requests. */
  readonly token?: (honest: string) => string
  /** The first request to the terms of use: another method, two tokens, one in the query … */
  readonly terms?: (honest: Sending) => Sending
  readonly redirectUri?: string
  readonly clientRequestId?: string
  /** Undefined: sent without EnrollmentData. */
  readonly opaqueBlob?: (honest: string) => string | undefined
  /** DER of the PKCS#10, or of the PKCS#7 at a renewal. */
  readonly message?: (honest: Buffer) => Buffer
  readonly context?: (honest: Context) => Context
  /** The SOAP text of a step. */
  readonly envelope?: (
    step: 'discover' | 'policies' | 'request' | 'renew',
    honest: string,
  ) => string
  /** A message of a management session: headers, certificate, body; or a wait before it. */
  readonly session?: (honest: Sending) => Sending | Promise<Sending>
  /** Elements of Discover in another order. */
  readonly turnDiscover?: boolean
}
