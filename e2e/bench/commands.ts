// `npm run bench:commands`: how long it takes to tell many devices the same, and to see what came of it.
import { setTimeout as delay } from 'node:timers/promises'
import { fillDevices } from '../../server/testing/fill-devices.ts'
import { readArguments, runCommand } from './arguments.ts'
import { startEmulatorProcess } from './emulator-process.ts'
import { describeMachine, sayMachine } from './machine.ts'
import { type Mooring, ORG, startMooring } from './mooring.ts'
import { percentile, say, sayMs, saySeconds, toTable } from './print.ts'

const HELP = `Usage: npm run bench:commands [-- options]

Starts a PostgreSQL and the server, fills in devices of all sorts, and tells all that are managed the same:
how long until every device has its command, what that costs both sides, how long others wait meanwhile, and
how long its pages take.

  --devices N   devices (default 10000)
  --json        the last line on stdout is one JSON object
  --help        this text

Exit codes: 0 each device has one command, however slow; 1 something is wrong; 2 wrong usage.
`

const AIM_SECONDS = 10
/** Autovacuum and the page cache are then as on a server that has run. */
const SETTLE_MS = 5000
const CALLS = 20
const COMMANDS = `${ORG}/device-commands`
const SMALL = { users: 20, groups: 20, memberships: 20 }
/** As a page that is open asks while the request is written. */
const ASK_EVERY_MS = 50

type Batch = { id: string; deviceCount: number; progress: { waiting: number } }

async function main(): Promise<number> {
  const { numbers, flags } = readArguments({ numbers: ['devices'], flags: ['json'] })
  const count = numbers.devices ?? 10_000
  const print = flags.json ? console.error : console.log
  const machine = describeMachine()
  print(`${sayMachine(machine)}\n${say(count)} devices, PostgreSQL with its defaults\n`)
  await using emulator = await startEmulatorProcess(SMALL, { seed: 1 })
  await using mooring = await startMooring(emulator, 'postgres')
  if (!mooring.postgres) throw new Error('there is no PostgreSQL')
  await fillDevices(mooring.postgres.url, count)
  await delay(SETTLE_MS)
  const told = [
    await tell(mooring, { kind: 'defenderScan', full: true }),
    await tell(mooring, { kind: 'reboot' }),
    await tell(mooring, { kind: 'sync' }),
  ]
  const [first] = told
  const pages = await measurePages(mooring, first?.id ?? '')
  const head = [
    'command',
    'devices',
    'preview ms',
    'seconds',
    'cpu server',
    'cpu database',
    'others wait',
  ]
  const rows = told.map((one) => [
    one.kind,
    say(one.devices),
    sayMs(one.previewMs),
    saySeconds(one.seconds),
    saySeconds(one.cpu.server),
    saySeconds(one.cpu.database),
    `${sayMs(one.othersMs)} ms`,
  ])
  print(toTable([head, ...rows]))
  print(
    `\n${toTable([['page', 'p50 ms', 'p95 ms'], ...pages.map(({ name, p50, p95 }) => [name, sayMs(p50), sayMs(p95)])])}`,
  )
  const wrong = told.flatMap(({ kind, devices, waiting, expected }) =>
    devices === expected && waiting === expected
      ? []
      : [`${kind}: ${say(waiting)} commands wait, of ${say(expected)} devices`],
  )
  const slow = told.filter(({ seconds }) => seconds > AIM_SECONDS)
  for (const { kind } of slow) print(`${kind} took more than ${AIM_SECONDS} s`)
  for (const text of wrong) print(`WRONG: ${text}`)
  if (flags.json) console.log(JSON.stringify({ machine, count, told, pages, wrong }))
  return wrong.length === 0 ? 0 : 1
}

let asked = 0

async function tell(mooring: Mooring, command: { readonly kind: string; readonly full?: boolean }) {
  const { api } = mooring
  const body = { command, target: { kind: 'filter', filter: { state: 'enrolled' } } }
  const previewed = await timed(() =>
    api.call<{ told: number }>('POST', `${COMMANDS}/preview`, body),
  )
  const confirmation = previewed.answer.told
  const key = `bench-request-${asked++}`
  const before = mooring.cpuSeconds()
  const others = askMeanwhile(mooring)
  const given = await timed(() => api.call<Batch>('POST', COMMANDS, { ...body, key, confirmation }))
  const othersMs = await others.stop()
  const after = mooring.cpuSeconds()
  const { id, deviceCount, progress } = given.answer
  return {
    kind: command.kind,
    id,
    expected: confirmation,
    devices: deviceCount,
    waiting: progress.waiting,
    previewMs: previewed.ms,
    seconds: given.ms / 1000,
    cpu: { server: after.server - before.server, database: after.database - before.database },
    othersMs,
  }
}

/** Somebody else looks at a list all the while. `stop` says how long they waited at most, in milliseconds. */
function askMeanwhile({ api }: Mooring) {
  let isOver = false
  let longest = 0
  const asking = (async () => {
    while (!isOver) {
      const { ms } = await timed(() => api.call('GET', `${ORG}/device-groups`))
      longest = Math.max(longest, ms)
      await delay(ASK_EVERY_MS)
    }
  })()
  return {
    async stop() {
      isOver = true
      await asking
      return longest
    },
  }
}

async function measurePages({ api }: Mooring, batch: string) {
  const one = `${COMMANDS}/batches/${batch}`
  const pages = [
    ['all commands', COMMANDS],
    ['one request', one],
    ['its devices', `${one}/devices`],
    ['those that wait', `${one}/devices?outcome=waiting`],
  ] as const
  const figures: { name: string; p50: number; p95: number }[] = []
  for (const [name, path] of pages) {
    const took: number[] = []
    for (let left = CALLS; left > 0; left -= 1) {
      took.push((await timed(() => api.call('GET', path))).ms)
    }
    figures.push({ name, p50: percentile(took, 0.5), p95: percentile(took, 0.95) })
  }
  return figures
}

async function timed<Answer>(act: () => Promise<Answer>): Promise<{ ms: number; answer: Answer }> {
  const startedAt = performance.now()
  const answer = await act()
  return { ms: performance.now() - startedAt, answer }
}

await runCommand(HELP, main)
