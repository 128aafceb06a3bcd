import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Corpus } from './fuzz-corpus.ts'
import { makeFuzzMessage } from './fuzz-messages.ts'
import { MOST_BYTES } from './fuzz-mutate.ts'

export type FuzzOptions = {
  readonly corpus: Corpus
  readonly seed: number
  /** The number of the first message. */
  readonly from: number
  readonly messages: number
  /** Told before each message: whoever watches knows with which one it hangs. */
  readonly onMessage?: (number: number) => void
  /** Other messages than the usual. */
  readonly make?: typeof makeFuzzMessage
}

export type FuzzFinding = {
  readonly number: number
  readonly entrance: string
  readonly what: string
  readonly bytes: Buffer
}

export type FuzzReport = {
  readonly messages: number
  readonly bytes: number
  readonly byEntrance: Readonly<Record<string, number>>
  readonly readingSeconds: number
  /** Processor time, of the slowest entrance's slowest message. */
  readonly worst: { number: number; entrance: string; ms: number; bytes: number }
  /** After everything that is no longer used was given back: at the beginning, in the middle, at the end. */
  readonly heapBytes: readonly number[]
  readonly findings: readonly FuzzFinding[]
}

/** No message of 64 kB may take longer, in processor time. */
const HANG_MS = 50
/** What the heap may grow by between the middle and the end. */
const GROWTH_BYTES = 4 * 1024 * 1024
/** Until here functions are compiled and caches filled; that is no growth. */
const WARM_UP = 2000
const MOST_FINDINGS = 20
/** A pause of the machine is no hang: whatever takes long has to take long each time. */
const TRIES = 5

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void // there by the flag above

function heapNow(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Sends messages into every entrance. Nothing is thrown: what is found is in the report. */
export function runFuzz(options: FuzzOptions): FuzzReport {
  const { corpus, seed, from, messages, onMessage, make = makeFuzzMessage } = options
  const findings: FuzzFinding[] = []
  const byEntrance: Record<string, number> = {}
  const worst = { number: -1, entrance: '', ms: 0, bytes: 0 }
  const heapBytes: number[] = []
  let bytesSent = 0
  let readingMs = 0
  const warmUp = Math.min(WARM_UP, Math.floor(messages / 4))
  const middle = Math.floor((messages + warmUp) / 2)

  for (let done = 0; done < messages; done += 1) {
    if (done === warmUp || done === middle) heapBytes.push(heapNow())
    const number = from + done
    onMessage?.(number)
    const { entrance, bytes } = make(corpus, seed, number)
    const found = (what: string) => {
      if (findings.length < MOST_FINDINGS) {
        findings.push({ number, entrance: entrance.name, what, bytes: Buffer.from(bytes) })
      }
    }
    const enter = () => {
      const before = cpuMs()
      const look = entrance.enter(bytes)
      const ms = cpuMs() - before
      look?.()
      return ms
    }
    byEntrance[entrance.name] = (byEntrance[entrance.name] ?? 0) + 1
    bytesSent += bytes.length
    try {
      let ms = enter()
      readingMs += ms
      for (let tries = 1; ms > worst.ms && tries < TRIES; tries += 1) ms = Math.min(ms, enter())
      if (ms > worst.ms)
        Object.assign(worst, { number, entrance: entrance.name, ms, bytes: bytes.length })
      if (ms > HANG_MS * Math.max(1, bytes.length / MOST_BYTES)) found(`takes ${ms.toFixed(0)} ms`)
    } catch (error) {
      found(String((error instanceof Error && error.stack) || error))
    }
  }
  heapBytes.push(heapNow())
  const [, atMiddle = 0, atEnd = 0] = heapBytes
  if (atEnd - atMiddle > GROWTH_BYTES) {
    const what = `the heap grew by ${atEnd - atMiddle} bytes`
    findings.push({ number: from, entrance: 'all', what, bytes: Buffer.alloc(0) })
  }
  return {
    messages,
    bytes: bytesSent,
    byEntrance,
    readingSeconds: readingMs / 1000,
    worst,
    heapBytes,
    findings,
  }
}
