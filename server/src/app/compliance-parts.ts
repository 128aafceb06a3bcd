import { judgeDevices, tellEntra } from '../compliance/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** Judges devices and tells Entra every few seconds until disposed; whichever process is first. */
export function keepJudging(
  { db, clock, log }: Parts,
  { clients }: Pick<EntraParts, 'clients'>,
): Disposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const every = (what: string, work: () => Promise<unknown>) =>
    everyFewSeconds(
      async () => {
        await work()
      },
      (error) => {
        if (!signal.aborted) log.error({ err: error }, what)
      },
    )
  const judging = every('devices could not be judged', () => judgeDevices({ db, clock }, signal))
  const telling = every('Entra could not be told of devices', () =>
    tellEntra({ db, clock, log, clients }, signal),
  )
  return {
    [Symbol.dispose]: () => {
      stopping.abort()
      judging[Symbol.dispose]()
      telling[Symbol.dispose]()
    },
  }
}
