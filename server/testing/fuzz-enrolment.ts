// `npm run fuzz:enrolment`: hostile messages for everything that reads what strangers and devices send.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { readCorpus } from './fuzz-corpus.ts'
import { type FuzzFinding, runFuzz } from './fuzz-run.ts'

const HELP = `Usage: npm run fuzz:enrolment [-- options]

Sends changed and generated messages into every reader of XML, DER, CMS and tokens that a stranger or a
device can reach. Whatever is thrown that is no refusal of ours, whatever takes longer than 50 ms of
processor time, and memory that grows is a finding, and is saved in .reports/fuzz.

  --messages N   how many (default 1000000)
  --seed N       the same seed sends the same messages (default: by the clock)
  --from N       begins with this message of the seed
  --no-samples   without the reference samples, as where there are none

Exit codes: 0 nothing was found; 1 something was found; 2 wrong usage.
`
const OUT = '.reports/fuzz'
/** Longer than any message may take, and than the machine pauses. */
const STUCK_SECONDS = 30

const { values } = parseArgs({
  allowNegative: true,
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    from: { type: 'string', default: '0' },
    samples: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
})
const [messages, seed, from] = [values.messages, values.seed, values.from].map(Number)
const isUsage = [messages, seed, from].every(
  (value) => Number.isInteger(value) && (value ?? -1) >= 0,
)
if (values.help || !isUsage || messages === undefined || seed === undefined || from === undefined) {
  process.stdout.write(HELP)
  process.exit(values.help ? 0 : 2)
}

// One that never comes back would keep this thread from saying so.
const progress = new BigInt64Array(new SharedArrayBuffer(8))
const again = `npm run fuzz:enrolment -- --seed ${seed}${values.samples ? '' : ' --no-samples'}`
const watchdog = new Worker(
  `const { workerData: { progress, seconds, again } } = require('node:worker_threads')
   let last = -1n
   setInterval(() => {
     const now = Atomics.load(progress, 0)
     if (now === last) {
       require('node:fs').writeSync(2, 'message ' + now + ' hangs: ' + again + ' --from ' + now + ' --messages 1\\n')
       process.kill(process.pid, 'SIGKILL')
     }
     last = now
   }, seconds * 1000)`,
  { eval: true, workerData: { progress, seconds: STUCK_SECONDS, again } },
)
process.stdout.write(`seed ${seed}\n`)
const startedAt = performance.now()
const report = runFuzz({
  corpus: readCorpus({ samples: values.samples }),
  seed,
  from,
  messages,
  onMessage: (number) => {
    Atomics.store(progress, 0, BigInt(number))
  },
})
await watchdog.terminate()
const seconds = (performance.now() - startedAt) / 1000
const { bytes, readingSeconds, worst, heapBytes, byEntrance, findings } = report
const toMb = (value: number) => `${(value / 1024 / 1024).toFixed(1)} MB`
process.stdout.write(`${messages} messages (${toMb(bytes)}) in ${seconds.toFixed(0)} s, of which read ${readingSeconds.toFixed(0)} s: ${Math.round(messages / readingSeconds)} messages a second
worst: ${worst.ms.toFixed(1)} ms of processor time for ${worst.bytes} bytes (${worst.entrance}, message ${worst.number})
heap after collecting: ${heapBytes.map(toMb).join(', ')}
${Object.entries(byEntrance)
  .map(([name, count]) => `${name} ${count}`)
  .join(' · ')}
`)
for (const finding of findings) save(finding)
process.stdout.write(findings.length === 0 ? 'nothing was found\n' : '')
process.exitCode = findings.length === 0 ? 0 : 1

function save({ number, entrance, what, bytes: message }: FuzzFinding): void {
  mkdirSync(OUT, { recursive: true })
  const file = join(OUT, `${seed}-${number}-${entrance.replaceAll(' ', '-')}.bin`)
  writeFileSync(file, message)
  process.stdout.write(
    `FOUND in ${entrance}: ${what}\n  ${file}; ${again} --from ${number} --messages 1\n`,
  )
}
