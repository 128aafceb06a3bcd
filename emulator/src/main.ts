import { parseArgs } from 'node:util'
import { type EmulatorOptions, startEmulator } from './start.ts'

const usage = `Usage: node emulator/src/main.ts [options]

Starts the emulated Microsoft Entra ID and Microsoft Graph on loopback. The first line on stdout is
a JSON object with url, controlUrl, tenantId, clientId and secret, issuer and people for the sign-in
(a user name is enough: there are no passwords), and with --tls the certificate to trust as PEM. Ends
on SIGINT or SIGTERM.

  --port P           port of login and Graph (default: any free one)
  --control-port C   port of the control API (default: any free one)
  --users N          people (default 250)
  --groups N         groups (default 40)
  --memberships N    membership edges in total (default: four a person)
  --devices N        devices (default: one for four people)
  --seed S           the same seed gives the same data (default 1)
  --tls              serve https with a throw-away certificate
  --unconsented      begin without admin consent
  --help             this text`

const numbers = [
  'port',
  'control-port',
  'users',
  'groups',
  'memberships',
  'devices',
  'seed',
] as const
const limits = {
  port: 65_535,
  'control-port': 65_535,
  users: 2_000_000,
  groups: 200_000,
  memberships: 20_000_000,
  devices: 2_000_000,
  seed: 2 ** 31,
} as const

type Command =
  | { kind: 'help' }
  | { kind: 'wrong'; problems: string[] }
  | { kind: 'start'; options: EmulatorOptions }

/** Reads the command line; collects all problems. */
export function readCommand(args: readonly string[]): Command {
  const problems: string[] = []
  let values: Record<string, string | boolean | undefined>
  try {
    const text = { type: 'string' } as const
    const flag = { type: 'boolean' } as const
    const options = {
      ...Object.fromEntries(numbers.map((name) => [name, text])),
      tls: flag,
      unconsented: flag,
      help: flag,
    }
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    return { kind: 'wrong', problems: [error instanceof Error ? error.message : String(error)] }
  }
  if (values['help']) return { kind: 'help' }
  const read: Partial<Record<(typeof numbers)[number], number>> = {}
  for (const name of numbers) {
    const value = values[name]
    if (value === undefined) continue
    const number = Number(value)
    if (Number.isInteger(number) && number >= 0 && number <= limits[name]) read[name] = number
    else problems.push(`--${name} must be a whole number from 0 to ${limits[name]}, not '${value}'`)
  }
  if (problems.length > 0) return { kind: 'wrong', problems }
  const { 'control-port': controlPort, ...rest } = read
  return {
    kind: 'start',
    options: {
      ...rest,
      ...(controlPort === undefined ? {} : { controlPort }),
      tls: values['tls'] === true,
      consented: values['unconsented'] !== true,
    },
  }
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2))
  if (command.kind === 'help') return console.log(usage)
  if (command.kind === 'wrong') {
    for (const problem of command.problems) console.error(`emulator: ${problem}`)
    console.error('emulator: --help lists the options')
    process.exitCode = 2
    return
  }
  const emulator = await startEmulator(command.options)
  const { url, controlUrl, tenant, app, certificate, directory } = emulator
  const facts = {
    url,
    controlUrl,
    tenantId: tenant.id,
    clientId: app.clientId,
    secret: app.secret,
    issuer: `${url}/${tenant.id}/v2.0`,
    people: directory.users
      .filter(({ accountEnabled, userType }) => accountEnabled && userType !== 'Guest')
      .slice(0, 3)
      .map(({ userPrincipalName }) => userPrincipalName),
  }
  console.log(JSON.stringify({ ...facts, ...(certificate === undefined ? {} : { certificate }) }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void emulator.stop())
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    console.error(
      `emulator: could not start: ${error instanceof Error ? error.message : String(error)}`,
    )
    process.exitCode = 1
  }
}
