import { startEmulatorProcess } from './emulator-process.ts'
import { readGraphLog, startMooring, synchronise } from './mooring.ts'

/** A request with which Mooring's first load begins to read a stream, or counts it. */
export type FirstCall = {
  readonly stream: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
}

const FIRST_CALL = /^\/v1\.0\/(users|groups|devices)\/(?:delta|\$count)$/

/** Of a connection or a request, not of what is asked. */
const PASSING = new Set(['host', 'connection', 'authorization', 'client-request-id'])

/**
 * What Mooring asks for in its first load, seen by Graph: so it cannot differ from what it does.
 * A tenant of a few people is enough; links that Graph gives are left out.
 */
export async function learnFirstCalls(): Promise<readonly FirstCall[]> {
  const sizes = { users: 20, groups: 20, memberships: 100 }
  await using emulator = await startEmulatorProcess(sizes, { seed: 1 })
  await using mooring = await startMooring(emulator, 'postgres')
  await synchronise(mooring.api, emulator)
  const calls = (await readGraphLog(emulator)).flatMap(({ path, query, headers }) => {
    const [, stream] = FIRST_CALL.exec(path) ?? []
    if (stream === undefined || /\$(?:skip|delta)token/i.test(decodeURIComponent(query))) return []
    const target = `${path}${query && !query.startsWith('?') ? '?' : ''}${query}`
    const kept = Object.entries(headers).filter(([name]) => !PASSING.has(name))
    return [{ stream, target, headers: Object.fromEntries(kept) }]
  })
  if (calls.length === 0) throw new Error('Mooring asked Graph for nothing')
  return calls
}
