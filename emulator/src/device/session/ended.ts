import type { SessionEnd } from './session-report.ts'

/** Thrown inside a session to end it. */
export class Ended extends Error {
  readonly end: SessionEnd
  readonly code: string | undefined
  constructor(end: SessionEnd, reason: string, code?: string) {
    super(reason)
    this.end = end
    this.code = code
  }
}
