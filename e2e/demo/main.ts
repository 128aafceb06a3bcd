import { parseArgs } from 'node:util'
import { demo } from './demo.ts'
import { printer } from './print.ts'

const HELP = `Usage: npm run demo [-- --once] [--json] [--keep DIR]

Sets everything up and does the main job, with no account, database or certificate of one's own: an
emulated Entra tenant of 250 people and 40 groups, and a real server on the embedded database.

  --once       stop after the steps; otherwise the demo stays up until Ctrl-C
  --json       the last line on stdout is one JSON object: {ok, steps, portalUrl}
  --keep DIR   keep the server's data in DIR; otherwise it is gone afterwards
  --help       this text

Exit codes: 0 every step is ok, 1 a step failed, 2 wrong usage.
`

function readArguments(): {
  once: boolean
  json: boolean
  help: boolean
  keep: string | undefined
} {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  })
  return { ...values, keep: values.keep }
}

async function main(): Promise<number> {
  let given: ReturnType<typeof readArguments>
  try {
    given = readArguments()
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : error}\nSee: npm run demo -- --help\n`,
    )
    return 2
  }
  if (given.help) {
    process.stdout.write(HELP)
    return 0
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return await demo({ ...given, print: printer(given.json), signal: stop.signal })
}

process.exitCode = await main()
