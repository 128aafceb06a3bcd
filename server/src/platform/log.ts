import { type Logger as PinoLogger, pino } from 'pino'

/** JSON lines on stdout. Secrets, tokens and personal data beyond ids never appear in them. */
export type Logger = PinoLogger

// A second wall only: the first is that nobody passes such things to the log.
const REDACTED = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'client_secret',
  'client_assertion',
  'access_token',
  'value',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** @param write where lines go; stdout unless a test listens. */
export function createLog(level: string, write?: { write(line: string): void }): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: { err: describeError },
    base: null,
  }
  return write ? pino(options, write) : pino(options)
}

type Described = {
  type: string
  message: string
  stack?: string
  code?: string
  constraint?: string
  cause?: Described
  errors?: Described[]
}

/** Deeper chains of causes tell nothing more. */
const MAX_DEPTH = 4

/**
 * What the log tells of an error: never the properties that a driver adds to it. Those of a database
 * quote the query's values, and so does the database's own message: people's names among them.
 */
function describeError(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' }
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  const isDatabases = typeof code === 'string' && SQLSTATE.test(code)
  const message = isDatabases ? `the database answered ${code}` : error.message
  return {
    type: error.name,
    message,
    ...(error.stack
      ? { stack: [`${error.name}: ${message}`, ...framesOf(error.stack)].join('\n') }
      : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(isDatabases && typeof constraint === 'string' ? { constraint } : {}),
    ...(error.cause !== undefined && depth < MAX_DEPTH
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
    ...(error instanceof AggregateError && depth < MAX_DEPTH
      ? { errors: error.errors.map((part) => describeError(part, depth + 1)) }
      : {}),
  }
}

/** Five digits and capitals, as PostgreSQL and PGlite name every fault. */
const SQLSTATE = /^[0-9A-Z]{5}$/

/** The places in the code; the lines before them repeat the message. */
const framesOf = (stack: string) => stack.split('\n').filter((line) => /^\s+at /.test(line))
