// `npm run bench:enrol`: how many devices enrol in a second, and what each of them costs.
import { setTimeout as delay } from 'node:timers/promises'
import { readArguments, runCommand } from './arguments.ts'
import { type Algorithm, measureBareCrypto } from './bare-crypto.ts'
import { type EmulatorProcess, startEmulatorProcess } from './emulator-process.ts'
import { type EnrolClient, startEnrolClient } from './enrol-client-process.ts'
import { findMissing } from './enrol-truth.ts'
import { describeMachine, type Machine, sayMachine } from './machine.ts'
import { type Mooring, ORG, startMooring, synchronise } from './mooring.ts'
import { say, sayMs, toTable } from './print.ts'

const HELP = `Usage: npm run bench:enrol [-- options]

Starts the emulated tenant, a PostgreSQL, the server and a crowd of simulated devices, each as a process of
its own. Keys, certificate requests and tokens are made beforehand; then devices enrol as fast as so many
at a time can: terms of use, probe, discovery, policies, certificate. First with an authority that has an
RSA key, then with one that has an ECDSA key. Afterwards it is looked up whether each device, certificate,
attempt and event is in the database.

  --devices N   enrolled with each authority, after a warm-up of a tenth (default 3000)
  --at-once N   devices under way at a time (default 48)
  --small       40 devices with each authority, 8 at a time
  --profile DIR V8 writes a profile of the server into this folder; figures are then too high
  --json        the last line on stdout is one JSON object
  --help        this text

Exit codes: 0 everything that was enrolled is there, however slowly; 1 something is wrong; 2 wrong usage.
`

const AIMS: Readonly<Record<Algorithm, number>> = { rsa2048: 150, ecdsaP256: 300 }
/** So many devices has a person at most, and rules allow 20. */
const DEVICES_PER_PERSON = 15
/** Autovacuum looks every few seconds. */
const SETTLE_MS = 6000

type Figures = {
  readonly authority: Algorithm
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  /** What one enrolment took of the processors, in milliseconds. */
  readonly cpuMs: { readonly server: number; readonly database: number; readonly client: number }
  /** Of that, what no server can do without. */
  readonly bareMs: number
  readonly failed: Readonly<Record<string, number>>
}
type Report = { machine: Machine; devices: number; figures: Figures[]; wrong: string[] }
type Wanted = {
  devices: number
  atOnce: number
  profile: string | undefined
  print: (text: string) => void
}

async function main(): Promise<number> {
  const { numbers, flags, texts } = readArguments({
    numbers: ['devices', 'at-once'],
    flags: ['small', 'json'],
    texts: ['profile'],
  })
  const report = await measure({
    devices: numbers.devices ?? (flags.small ? 40 : 3000),
    atOnce: numbers['at-once'] ?? (flags.small ? 8 : 48),
    profile: texts['profile'],
    print: flags.json ? console.error : console.log,
  })
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function measure({ devices, atOnce, profile, print }: Wanted): Promise<Report> {
  const machine = describeMachine()
  print(sayMachine(machine))
  const warmUp = Math.max(10, Math.round(devices / 10))
  const all = 2 * (devices + warmUp)
  const users = Math.max(50, Math.ceil((all * 1.5) / DEVICES_PER_PERSON))
  print(`${say(devices)} devices with each authority, ${atOnce} at a time\n`)
  await using emulator = await startEmulatorProcess(
    { users, groups: 10, memberships: users * 2 },
    { seed: 1 },
  )
  await using mooring = await startMooring(emulator, 'postgres', profiling(profile))
  await synchronise(mooring.api, emulator)
  await emulator.control('POST', '/enrolment/setMobility', [{ serverUrl: mooring.url }])
  await using client = startEnrolClient(emulator)
  await client.prepare(await listPeople(emulator), all)
  print('keys, requests and tokens are made\n')

  const figures: Figures[] = []
  for (const authority of ['rsa2048', 'ecdsaP256'] as const) {
    await issueWith(mooring, authority)
    await client.run(warmUp, atOnce)
    await delay(devices > 1000 ? SETTLE_MS : 0)
    figures.push(await measureOne(mooring, client, { authority, devices, atOnce }))
  }
  const failures = figures.flatMap(({ failed }) => Object.entries(failed))
  const wrong = [
    ...failures.map(([what, count]) => `${count} devices stopped: ${what}`),
    ...(await findMissing(mooring.api, all)),
  ]
  sayReport(figures, wrong, print)
  return { machine, devices, figures, wrong }
}

const profiling = (folder: string | undefined): Record<string, string> =>
  folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` }

/** The ids of those who can enrol a device. */
async function listPeople({ control }: EmulatorProcess): Promise<string[]> {
  type User = { id: string; accountEnabled?: boolean; userType?: string }
  const users = await control<User[]>('GET', '/directory/users')
  return users
    .filter(({ accountEnabled, userType }) => accountEnabled !== false && userType !== 'Guest')
    .map(({ id }) => id)
}

/** From now on an authority with this kind of key issues. */
async function issueWith({ api }: Mooring, algorithm: Algorithm): Promise<void> {
  const settings = { algorithm, validityDays: 365, sha1Allowed: false }
  await api.callProven('PUT', `${ORG}/certificate-settings`, settings)
  await api.callProven('POST', `${ORG}/certificate-authorities/roll-over`, { step: 'switch' })
}

type Load = { readonly authority: Algorithm; readonly devices: number; readonly atOnce: number }

async function measureOne(
  mooring: Mooring,
  client: EnrolClient,
  { authority, devices, atOnce }: Load,
): Promise<Figures> {
  const before = mooring.cpuSeconds()
  const result = await client.run(devices, atOnce)
  const after = mooring.cpuSeconds()
  const each = (seconds: number) => (seconds * 1000) / devices
  return {
    authority,
    perSecond: result.perSecond,
    p50Ms: result.p50Ms,
    p95Ms: result.p95Ms,
    maxMs: result.maxMs,
    cpuMs: {
      server: each(after.server - before.server),
      database: each(after.database - before.database),
      client: each(result.cpuSeconds),
    },
    bareMs: measureBareCrypto(authority),
    failed: result.byCode,
  }
}

function sayReport(
  figures: readonly Figures[],
  wrong: readonly string[],
  print: (text: string) => void,
): void {
  const head = [
    'authority',
    'a second',
    'aim',
    'p50 ms',
    'p95 ms',
    'max ms',
    'server',
    'database',
    'client',
    'bare crypto',
  ]
  const rows = figures.map(({ authority, perSecond, p50Ms, p95Ms, maxMs, cpuMs, bareMs }) => [
    authority,
    perSecond.toFixed(0),
    String(AIMS[authority]),
    ...[p50Ms, p95Ms, maxMs].map(sayMs),
    ...[cpuMs.server, cpuMs.database, cpuMs.client, bareMs].map((ms) => ms.toFixed(2)),
  ])
  print(toTable([head, ...rows]))
  print('server, database, client, bare crypto: milliseconds of one core for each enrolment')
  print(wrong.length === 0 ? '\nall of them are there' : `\nWRONG:\n  ${wrong.join('\n  ')}`)
}

await runCommand(HELP, main)
