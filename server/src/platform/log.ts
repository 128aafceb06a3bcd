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
  const options = { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: null }
  return write ? pino(options, write) : pino(options)
}
