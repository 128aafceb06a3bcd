import { parseArgs } from 'node:util'

/** Wrong usage, told to whoever typed it. */
export class UsageError extends Error {}

type Given<Number extends string, Flag extends string> = {
  readonly numbers: Readonly<Record<Number, number | undefined>>
  readonly flags: Readonly<Record<Flag, boolean>>
  readonly texts: Readonly<Record<string, string | undefined>>
}

/** Reads a benchmark's command line. @throws {UsageError} */
export function readArguments<const N extends string, const F extends string>(names: {
  numbers: readonly N[]
  flags: readonly F[]
  texts?: readonly string[]
}): Given<N, F> {
  const { numbers, flags, texts = [] } = names
  const options = Object.fromEntries([
    ...[...numbers, ...texts].map((name) => [name, { type: 'string' as const }]),
    ...flags.map((name) => [name, { type: 'boolean' as const }]),
  ])
  let values: Record<string, unknown>
  try {
    values = parseArgs({ options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  // Object.fromEntries forgets its keys, which are those of the lists above.
  return {
    numbers: Object.fromEntries(
      numbers.map((name) => [name, toNumber(name, values[name])]),
    ) as Given<N, F>['numbers'],
    flags: Object.fromEntries(flags.map((name) => [name, values[name] === true])) as Given<
      N,
      F
    >['flags'],
    texts: Object.fromEntries(
      texts.map((name) => [name, values[name] === undefined ? undefined : String(values[name])]),
    ),
  }
}

function toNumber(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--${name} must be a whole number above 0, not '${value}'`)
}

/** Reads `--latency 0,40`. @throws {UsageError} */
export function readLatencies(text = '0,40'): readonly number[] {
  const latencies = text.split(',').map(Number)
  if (latencies.every((latency) => Number.isInteger(latency) && latency >= 0)) return latencies
  throw new UsageError(`--latency must be whole numbers of milliseconds, not '${text}'`)
}

/** Runs a command: its exit code, its help, and what it says when it goes wrong. */
export async function runCommand(help: string, run: () => Promise<number>): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help)
    return
  }
  try {
    process.exitCode = await run()
  } catch (error) {
    const isUsage = error instanceof UsageError
    console.error(isUsage ? `${error.message}\n\n${help}` : error)
    process.exitCode = isUsage ? 2 : 1
  }
}
