import type { SessionFault } from './csp/facts.ts'
import type { PushSide } from './csp/machine.ts'
import type { EntraSide } from './entra-side.ts'
import type { DeviceProfile } from './profile.ts'
import type { Step } from './recorder.ts'
import type { SessionReason, SessionReport } from './session/session-report.ts'
import type { Tampering } from './tampering.ts'
import type { TermsChoice } from './terms.ts'
import type { Transport } from './transport.ts'
import type { Fault } from './windows-error.ts'

export type DeviceOptions = {
  /** Entra's side: needed by all flows but those with a server's own token. */
  readonly entra?: EntraSide
  /** Where it gets its channel and is called: `emulator.push`. */
  readonly push?: PushSide
  readonly profile?: Partial<DeviceProfile>
  /** Roots to trust besides the public ones, PEM. */
  readonly trust?: string
  readonly tamper?: Tampering
  readonly answerTerms?: TermsChoice
  /** The device's own clock. */
  readonly now?: () => Date
  /** Makes an RSA key, PEM (PKCS#8); a swarm takes them from a stock. */
  readonly makeKey?: (bits: number) => Promise<string>
  /** Of the web view of the server's own sign-in page. */
  readonly fetch?: typeof fetch
  readonly timeoutMs?: number
  /** Connections shared with others; without: its own, for each session. */
  readonly transport?: Transport
}

export type CheckInOptions = {
  readonly reason?: SessionReason
  /** What goes wrong this time, besides the PC's own faults. */
  readonly faults?: readonly SessionFault[]
  readonly tamper?: Tampering
  /** Puts all messages into the report's `log`. */
  readonly keepMessages?: boolean
  /** Answers without commands are not judged: to measure a server. */
  readonly isLight?: boolean
}

/** A session, and what the PC did because of it. */
export type CheckInReport = SessionReport & {
  /** The renewal that the server asked for with RenewNow. */
  readonly renewal?: DeviceReport
}

/** How it went, as the device would know it. */
export type DeviceReport = {
  readonly ok: boolean
  /** Why not: Windows' code, and what was wrong. */
  readonly code?: string
  readonly reason?: string
  /** What the server said, if it said so in a SOAP fault. */
  readonly fault?: Fault
  /** What the terms of use were asked with; a server can find the attempt by it. */
  readonly clientRequestId: string
  readonly entraDeviceId?: string
  readonly steps: readonly Step[]
}
