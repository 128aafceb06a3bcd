/** Graph said no. */
export class GraphError extends Error {
  readonly status: number
  /** Graph's own word: `Authorization_RequestDenied`, `Request_BadRequest` … */
  readonly code: string
  /** Graph's `request-id`, which Microsoft's support asks for. */
  readonly requestId: string | undefined

  constructor(status: number, code: string, requestId: string | undefined) {
    // Graph's message may quote what was sent; the code says enough.
    super(`Graph answered ${status} ${code}`)
    this.name = 'GraphError'
    this.status = status
    this.code = code
    this.requestId = requestId
  }

  /** 403: the app lacks a permission, or consent to it. */
  get isDenied(): boolean {
    return this.status === 403
  }
}

/** A link of Graph's leads somewhere else than to Graph: following it would give the token away. */
export class UntrustedLink extends Error {
  readonly code = 'untrustedLink'
  readonly origin: string

  constructor(origin: string) {
    super(`Graph sent a link to another host: "${origin}"`)
    this.name = 'UntrustedLink'
    this.origin = origin
  }
}

/** Graph asks for a wait that nobody should sit out: the run ends, and a later one goes on from there. */
export class ThrottledTooLong extends Error {
  readonly code = 'throttledTooLong'
  readonly waitMs: number

  constructor(waitMs: number) {
    super(`Graph asked us to wait ${waitMs} ms`)
    this.name = 'ThrottledTooLong'
    this.waitMs = waitMs
  }
}

/** Graph keeps answering, but nothing new comes: the same link again and again. */
export class LoopingLink extends Error {
  readonly code = 'loopingLink'
}
