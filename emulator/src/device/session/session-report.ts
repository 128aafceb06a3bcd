import type { MachineState, WipeKind } from '../csp/machine.ts'
import type { CarriedOut } from './answer-commands.ts'
import type { Violation } from './violation.ts'

/** Why a session begins. */
export const sessionReasons = ['poll', 'login', 'user', 'reboot', 'again', 'push'] as const
export type SessionReason = (typeof sessionReasons)[number]

/** How a session ended. */
export type SessionEnd =
  /** The server had nothing more to say. */
  | 'done'
  /** The server refused: an HTTP status, or the status of the header. */
  | 'refused'
  /** No answer over the network. */
  | 'unreachable'
  /** The answer was nothing Windows takes: see the violations. */
  | 'notTaken'
  /** Alert 1223 of the server. */
  | 'aborted'
  /** A fault of the PC: it fell silent. */
  | 'silent'
  /** More messages than any session needs. */
  | 'endless'

export type SessionReport = {
  /** Whether it ended as a session should, without violations. */
  readonly ok: boolean
  readonly end: SessionEnd
  readonly sessionId: string
  /** Windows' code and words, of a session that failed. */
  readonly code?: string
  readonly reason?: string
  /** Messages of the PC. */
  readonly messages: number
  readonly violations: readonly Violation[]
  /** The server's commands in their order, with the status each was answered with. */
  readonly commands: readonly CarriedOut[]
  /** What was said, both sides in turn; only with `keepMessages`. */
  readonly log: readonly { readonly from: 'device' | 'server'; readonly text: string }[]
  /** How the server made sure who it is; `none`: it asked for nothing but the connection. */
  readonly credentials: 'none' | 'md5' | 'basic'
  readonly ms: number
  /** The server wants another session at once. */
  readonly startsAgain: boolean
  readonly rebootPending: MachineState['reboot']
  /** What the PC did when it was over. */
  readonly wiped?: WipeKind
  readonly unenrolled?: 'server' | 'user'
  /** The session was cut off by a restart; this is the one after it. */
  readonly restarted?: true
}
