// `npm run bench:devices`: how long the list of devices takes at 100,000, and its file.
import { setTimeout as delay } from 'node:timers/promises'
import { fillDevices } from '../../server/testing/fill-devices.ts'
import { readArguments, runCommand } from './arguments.ts'
import { startEmulatorProcess } from './emulator-process.ts'
import { describeMachine, sayMachine } from './machine.ts'
import { type Mooring, ORG, startMooring } from './mooring.ts'
import { percentile, say, sayMs, saySeconds } from './print.ts'

const HELP = `Usage: npm run bench:devices [-- options]

Starts a PostgreSQL and the server, fills in devices of all sorts, and measures the calls of the portal's list
and the CSV of all of them. Each call is asked as if nobody had asked it before, so that its total is counted
anew each time; a second column is the same call once more, as an open page asks it every few seconds.

  --devices N   devices (default 100000)
  --calls N     repetitions of each call (default 60)
  --json        the last line on stdout is one JSON object
  --help        this text

Exit codes: 0 all that was read is right, however slow; 1 something is wrong; 2 wrong usage.
`

const AIM_MS = 50
const AIM_CSV_SECONDS = 10
const WARM_UP = 2
/** Autovacuum and the page cache are then as on a server that has run. */
const SETTLE_MS = 5000
const DEVICES = `${ORG}/devices`
const SMALL = { users: 20, groups: 20, memberships: 20 }

/** What the portal asks for, and how its filters are told. */
const CALLS: readonly (readonly [name: string, query: string])[] = [
  ['all, by name', ''],
  ['all, by name, backwards', 'descending=true'],
  ['all, by last seen', 'sort=lastSeenAt'],
  ['all, by last seen, latest first', 'sort=lastSeenAt&descending=true'],
  ['all, by enrolment', 'sort=enrolledAt&descending=true'],
  ['all, by build', 'sort=build'],
  ['managed', 'state=enrolled'],
  ['wiped', 'state=wiped'],
  ['personal', 'ownership=personal'],
  ['not encrypted', 'encrypted=no'],
  ['encryption not known', 'encrypted=unknown'],
  ['encrypted', 'encrypted=yes'],
  ['Secure Boot off', 'secureBoot=no'],
  ['no TPM', 'tpm=none'],
  ['firewall off, managed', 'firewall=no&state=enrolled'],
  ['signatures older than 30 days', 'signaturesOlderThanDays=30'],
  ['less than 20 GB free', 'freeStorageBelowGb=20'],
  ['not seen for 30 days', 'notSeenForDays=30'],
  ['not seen for 30 days, by last seen', 'notSeenForDays=30&sort=lastSeenAt'],
  ['Windows 10', 'operatingSystem=windows10'],
  ['builds 22621 to 22631, by build', 'buildFrom=22621&buildTo=22631&sort=build'],
  ['one model', 'model=Surface%20Laptop%206'],
  ['five conditions', 'state=enrolled&encrypted=no&operatingSystem=windows11&firewall=yes&tpm=2.0'],
  ['search "ber"', 'search=ber'],
  ['search "l" (four in five)', 'search=l'],
  ['search "thinkpad mueller"', 'search=thinkpad%20muell'],
  ['search of a serial number', 'search=sn'],
  ['search "zoe", not encrypted', 'search=zo&encrypted=no'],
  ['search finds nothing', 'search=qqqq'],
]

type Figures = { name: string; total: number; p50: number; p95: number; again: number }
type Page = { total: number | null; nextCursor: string | null; items: { id: string }[] }

async function main(): Promise<number> {
  const { numbers, flags } = readArguments({ numbers: ['devices', 'calls'], flags: ['json'] })
  const count = numbers.devices ?? 100_000
  const print = flags.json ? console.error : console.log
  const machine = describeMachine()
  print(`${sayMachine(machine)}\n${say(count)} devices, PostgreSQL with its defaults\n`)
  await using emulator = await startEmulatorProcess(SMALL, { seed: 1 })
  await using mooring = await startMooring(emulator, 'postgres')
  if (!mooring.postgres) throw new Error('there is no PostgreSQL')
  await fillDevices(mooring.postgres.url, count)
  await delay(SETTLE_MS)
  const repetitions = numbers.calls ?? 60
  const calls: Figures[] = []
  const tell = (figures: Figures) => {
    calls.push(figures)
    const { name, total, p50, p95, again } = figures
    const over = p95 > AIM_MS ? `over ${AIM_MS} ms` : ''
    print(sayLine([name, say(total), sayMs(p50), sayMs(p95), sayMs(again), over]))
  }
  print(sayLine(['call', 'fit', 'p50 ms', 'p95 ms', 'again, p50', '']))
  for (const [name, query] of CALLS) tell(await measure(mooring, name, query, repetitions))
  tell(await measureMiddle(mooring, count, repetitions))
  const peakMiB = mooring.peakMiB()
  const file = await measureFile(mooring)
  print(
    `\nCSV of ${say(file.lines)} devices: ${saySeconds(file.seconds)}` +
      `${file.seconds > AIM_CSV_SECONDS ? ` (over ${AIM_CSV_SECONDS} s)` : ''}, ${say(file.bytes)} bytes; ` +
      `the server's peak ${say(peakMiB)} MiB before, ${say(file.peakMiB)} MiB after`,
  )
  const wrong = file.lines === count ? [] : [`${say(file.lines)} lines of ${say(count)} devices`]
  for (const text of wrong) print(`WRONG: ${text}`)
  if (flags.json) console.log(JSON.stringify({ machine, count, calls, peakMiB, file, wrong }))
  return wrong.length === 0 ? 0 : 1
}

/** Told as they come: a slow machine takes its time. */
const sayLine = ([name = '', ...cells]: readonly string[]) =>
  `${name.padEnd(40)}${cells.map((cell) => cell.padStart(12)).join('')}`.trimEnd()

let asked = 0
/** A condition that all fulfil and nobody has asked with: nothing is known from before. */
const anew = () => `enrolledAfter=2000-01-01T00:00:00.${String(asked++).padStart(6, '0')}Z`

async function measure(
  { api }: Mooring,
  name: string,
  query: string,
  repetitions: number,
): Promise<Figures> {
  const fresh: number[] = []
  const again: number[] = []
  let total = 0
  for (let number = -WARM_UP; number < repetitions; number += 1) {
    const path = `${DEVICES}?limit=50&${query}&${anew()}`
    const { ms, page } = await timed(() => api.call<Page>('GET', path))
    const second = await timed(() => api.call<Page>('GET', path))
    total = page.total ?? total
    if (number < 0) continue
    fresh.push(ms)
    again.push(second.ms)
  }
  return {
    name,
    total,
    p50: percentile(fresh, 0.5),
    p95: percentile(fresh, 0.95),
    again: percentile(again, 0.5),
  }
}

/** Far down a list that is sorted: a page is found by its key, however many stand before it. */
async function measureMiddle(mooring: Mooring, count: number, repetitions: number) {
  const { api } = mooring
  const asked = `${DEVICES}?limit=1000&sort=lastSeenAt`
  let cursor = ''
  for (let place = 0; place < count / 2; place += 1000) {
    const page = await api.call<Page>('GET', `${asked}${cursor && `&cursor=${cursor}`}`)
    cursor = page.nextCursor ?? ''
  }
  return await measure(
    mooring,
    'by last seen, in the middle',
    `sort=lastSeenAt&cursor=${cursor}`,
    repetitions,
  )
}

async function timed<Answer>(act: () => Promise<Answer>): Promise<{ ms: number; page: Answer }> {
  const startedAt = performance.now()
  const page = await act()
  return { ms: performance.now() - startedAt, page }
}

async function measureFile(mooring: Mooring) {
  const printed = await mooring.command('token', 'create', '--name', 'bench', '--role', 'auditor')
  const token = printed.trim().split(/\s+/).at(-1) ?? ''
  const startedAt = performance.now()
  const answer = await fetch(`${mooring.url}/api/v1${DEVICES}.csv?language=en`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!answer.ok || !answer.body) throw new Error(`the file answered ${answer.status}`)
  let lines = -1 // the first one is the head
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.length
    for (const byte of chunk) if (byte === 0x0a) lines += 1
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, bytes, lines, peakMiB: mooring.peakMiB() }
}

await runCommand(HELP, main)
