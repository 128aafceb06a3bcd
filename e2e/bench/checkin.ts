// `npm run bench:checkin`: what it costs that an enrolled device comes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultCACertificates } from 'node:tls'
import { makeTlsFiles } from '@mooring/emulator'
import { readArguments, runCommand } from './arguments.ts'
import {
  type Arena,
  AT_ONCE,
  type FanOut,
  type Figures,
  fanOut,
  gather,
  haveCommands,
  haveSessions,
} from './checkin-arena.ts'
import { startCheckinClient } from './checkin-client-process.ts'
import { measureQuestions } from './checkin-statements.ts'
import { type Report, sayReport } from './checkin-tables.ts'
import { startEmulatorProcess } from './emulator-process.ts'
import { startFleet } from './fleet-process.ts'
import { describeMachine, sayMachine } from './machine.ts'
import { type Mooring, ORG, startMooring, synchronise } from './mooring.ts'
import { say } from './print.ts'
import { startWebProcess, type WebProcess } from './web-process.ts'

const HELP = `Usage: npm run bench:checkin [-- options]

Starts the emulated tenant, a PostgreSQL, the server and simulated devices, each as a process of its own. One
device enrols; the others are put into the database with certificates of the organization's own authority.
Then they come, over TLS with their certificates: while nothing waits for them, and with ten commands each.

  --devices N   how many there are in the end (default 100000); measured at 1,000 and 10,000 too
  --seconds N   how long each kind of session is had (default 8)
  --rate N      sessions a second where they come by the clock (default 300)
  --quick       200 devices, a second each, one process: whether it works, not how fast
  --profile DIR V8 writes a profile of the server into this folder; figures are then too high
  --json        the last line on stdout is one JSON object
  --help        this text

Exit codes: 0 every session ended well, however slowly; 1 something is wrong; 2 wrong usage.
`

/** So many are told the same at once. */
const MANY = 10_000

type Wanted = {
  readonly visitors: number
  readonly sizes: readonly number[]
  readonly seconds: number
  readonly rate: number
  readonly processes: readonly number[]
  readonly profile: string | undefined
  readonly print: (text: string) => void
}

async function main(): Promise<number> {
  const { numbers, flags, texts } = readArguments({
    numbers: ['devices', 'seconds', 'rate'],
    flags: ['quick', 'json'],
    texts: ['profile'],
  })
  const { quick } = flags
  const devices = numbers.devices ?? (quick ? 200 : 100_000)
  const report = await measure({
    sizes: [...[1000, 10_000].filter((size) => size < devices), devices],
    visitors: quick ? 40 : 1000,
    seconds: numbers.seconds ?? (quick ? 1 : 8),
    rate: numbers.rate ?? (quick ? 20 : 300),
    processes: quick ? [] : [2, 4],
    profile: texts['profile'],
    print: flags.json ? console.error : console.log,
  })
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function measure(wanted: Wanted): Promise<Report> {
  const { sizes, print } = wanted
  const machine = describeMachine()
  print(sayMachine(machine))
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-checkin-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const files = await writeTlsFiles(folder)
  const emulator = stack.use(
    await startEmulatorProcess({ users: 50, groups: 10, memberships: 100 }, { seed: 1 }),
  )
  const mooring = stack.use(
    await startMooring(emulator, 'postgres', {
      MOORING_TLS_CERT_FILE: files.cert,
      MOORING_TLS_KEY_FILE: files.key,
      ...(wanted.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${wanted.profile}` } : {}),
    }),
  )
  await synchronise(mooring.api, emulator)
  await emulator.control('POST', '/enrolment/setMobility', [{ serverUrl: mooring.url }])
  await issueQuickly(mooring)
  const client = stack.use(startCheckinClient(emulator, files.cert))
  await client.enrol(await findPerson(emulator))
  const fleet = stack.use(startFleet(mooring))
  const arena: Arena = {
    mooring,
    client,
    fleet,
    file: join(folder, 'devices'),
    others: [],
    visitors: wanted.visitors,
  }

  const figures: Figures[] = []
  let many: FanOut | undefined
  for (const devices of sizes) {
    await gather(arena, devices)
    print(`${say(devices)} devices are there`)
    figures.push(await haveSessions(arena, { name: 'idle', devices }, closed(wanted)))
    if (devices <= MANY) many = await fanOut(arena)
  }
  const devices = sizes.at(-1) ?? 0
  const { rate, seconds } = wanted
  figures.push(
    await haveSessions(
      arena,
      { name: `idle, ${rate} a second`, devices },
      { connections: 'kept', perSecond: rate, seconds },
    ),
  )
  for (const connections of ['resumed', 'anew'] as const) {
    await gather(arena, devices)
    figures.push(
      await haveSessions(
        arena,
        { name: `idle, TLS ${connections}`, devices },
        { ...closed(wanted), connections },
      ),
    )
  }
  figures.push(await haveCommands(arena, devices))
  const asks = await measureQuestions(arena)
  const peakMiB = mooring.peakMiB()
  for (const processes of wanted.processes) {
    await using more = new AsyncDisposableStack()
    const others: WebProcess[] = []
    for (let started = 1; started < processes; started += 1)
      others.push(more.use(await startWebProcess(mooring)))
    const wider = { ...arena, others }
    await gather(wider, devices)
    figures.push(await haveSessions(wider, { name: 'idle', devices }, closed(wanted)))
    figures.push(await haveCommands(wider, devices))
  }
  const wrong = figures.flatMap(({ name, wrong: counts }) =>
    Object.entries(counts).map(([what, count]) => `${name}: ${count} sessions: ${what}`),
  )
  const report = { machine, figures, asks, fanOut: many, peakMiB, wrong }
  sayReport(report, print)
  return report
}

const closed = ({ seconds }: Wanted) => ({ connections: 'kept', atOnce: AT_ONCE, seconds }) as const

async function writeTlsFiles(folder: string): Promise<{ cert: string; key: string }> {
  const { cert, key } = await makeTlsFiles()
  setDefaultCACertificates([cert])
  const paths = { cert: join(folder, 'server.pem'), key: join(folder, 'server.key') }
  writeFileSync(paths.cert, cert)
  writeFileSync(paths.key, key, { mode: 0o600 })
  return paths
}

/** With an elliptic curve: 100,000 certificates signed with RSA would take minutes. */
async function issueQuickly({ api }: Mooring): Promise<void> {
  const settings = { algorithm: 'ecdsaP256', validityDays: 365, sha1Allowed: false }
  await api.callProven('PUT', `${ORG}/certificate-settings`, settings)
  await api.callProven('POST', `${ORG}/certificate-authorities/roll-over`, { step: 'switch' })
}

async function findPerson({ control }: Awaited<ReturnType<typeof startEmulatorProcess>>) {
  type User = { id: string; accountEnabled?: boolean; userType?: string }
  const users = await control<User[]>('GET', '/directory/users')
  const found = users.find(
    ({ accountEnabled, userType }) => accountEnabled !== false && userType !== 'Guest',
  )
  return found?.id ?? ''
}

await runCommand(HELP, main)
