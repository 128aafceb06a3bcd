import { runCommandLine } from './app/command-line.ts'

// Whatever this process writes is for its user alone.
process.umask(0o077)

const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort())

const { NO_COLOR, TERM } = process.env
const color = process.stderr.isTTY && !NO_COLOR && TERM !== 'dumb'

process.exitCode = await runCommandLine(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  color,
  signal: stopped.signal,
})
