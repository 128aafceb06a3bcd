import type { Values } from './texts.ts'

/** One field that is wrong; `message` is the text key `field.<message>`. */
export type FieldError = {
  readonly path: string
  readonly message: string
  readonly values?: Values
}

/**
 * A request that is refused for a reason its sender can act on. The HTTP edge turns it into
 * problem+json with the texts `problem.<code>.title`, `.detail` and `.remedy`.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly values: Values
  /** For 422: what is wrong where. */
  readonly fields: readonly FieldError[]
  readonly retryAfterSeconds: number | undefined
  /** Id of what to look at instead. */
  readonly instead: string | undefined

  constructor(
    status: number,
    code: string,
    more: {
      values?: Values
      fields?: readonly FieldError[]
      retryAfterSeconds?: number
      instead?: string
      cause?: unknown
    } = {},
  ) {
    super(code, { cause: more.cause })
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.values = more.values ?? {}
    this.fields = more.fields ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
    this.instead = more.instead
  }
}
