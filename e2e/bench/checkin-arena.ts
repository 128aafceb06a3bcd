import type { RunOrder, RunResult } from './checkin-client.ts'
import type { CheckinClient } from './checkin-client-process.ts'
import type { Fleet } from './fleet-process.ts'
import { type Mooring, ORG } from './mooring.ts'
import type { WebProcess } from './web-process.ts'

/** Everybody who takes part. */
export type Arena = {
  readonly mooring: Mooring
  readonly client: CheckinClient
  readonly fleet: Fleet
  /** So many of the devices come; they are taken evenly of all. */
  readonly visitors: number
  /** In which the client finds its devices. */
  readonly file: string
  /** Server processes besides the first. */
  readonly others: readonly WebProcess[]
}

/** What so many sessions took. Milliseconds are of one core, for each session. */
export type Figures = Omit<RunResult, 'cpuSeconds'> & {
  readonly name: string
  readonly devices: number
  readonly processes: number
  readonly cpuMs: { readonly server: number; readonly database: number; readonly client: number }
  /** Bytes of PostgreSQL's log for each session. */
  readonly logged: number
}

export const AT_ONCE = 32
export const COMMANDS = 10
const PATH = '/ManagementServer/MDM.svc'

/** Adds devices until there are so many, and has those who are to come taken up by the client. */
export async function gather(arena: Arena, devices: number): Promise<void> {
  const { mooring, client, fleet, file, others, visitors } = arena
  await fleet.fill(devices)
  await fleet.sample(visitors, file)
  await client.take(
    file,
    [mooring, ...others].map(({ url }) => url + PATH),
  )
}

type What = { readonly name: string; readonly devices: number }

/** Has sessions, and counts what they take. */
export async function haveSessions(
  arena: Arena,
  what: What,
  order: Omit<RunOrder, 'kind'>,
): Promise<Figures> {
  await meet(arena, what, order)
  return await measure(arena, what, order)
}

/** Each device that comes has commands waiting. */
export async function haveCommands(arena: Arena, devices: number): Promise<Figures> {
  const what = { name: `${COMMANDS} commands`, devices }
  const order = { connections: 'kept', atOnce: AT_ONCE } as const
  await meet(arena, what, order)
  await arena.fleet.queue(COMMANDS)
  return await measure(arena, what, {
    ...order,
    sessions: Math.min(arena.visitors, devices),
  })
}

/** What it takes to tell all devices the same. */
export type FanOut = {
  readonly devices: number
  /** Until the answer says that all are told. */
  readonly seconds: number
  readonly cpuMs: { readonly server: number; readonly database: number }
}

/** Tells all devices the same by one call, and takes it back. */
export async function fanOut({ mooring }: Arena): Promise<FanOut> {
  const before = mooring.cpuSeconds()
  const startedAt = performance.now()
  const { id, deviceCount } = await mooring.api.call<{ id: string; deviceCount: number }>(
    'POST',
    `${ORG}/device-commands`,
    {
      command: { kind: 'updateSignatures' },
      target: { kind: 'filter', filter: { state: 'enrolled' } },
      key: `bench-${Date.now()}`,
    },
  )
  const seconds = (performance.now() - startedAt) / 1000
  const after = mooring.cpuSeconds()
  await mooring.api.call('POST', `${ORG}/device-commands/batches/${id}/cancel`)
  return {
    devices: deviceCount,
    seconds,
    cpuMs: {
      server: (after.server - before.server) * 1000,
      database: (after.database - before.database) * 1000,
    },
  }
}

/** What is measured is not that somebody comes for the first time, or connects. */
async function meet(
  { client, visitors }: Arena,
  { devices }: What,
  { connections }: Omit<RunOrder, 'kind'>,
): Promise<void> {
  await client.run({ sessions: Math.min(visitors, devices), connections, atOnce: AT_ONCE })
}

async function measure(
  arena: Arena,
  { name, devices }: What,
  order: Omit<RunOrder, 'kind'>,
): Promise<Figures> {
  const loggedBefore = await arena.fleet.logged()
  const before = cpuOf(arena)
  const { cpuSeconds, ...result } = await arena.client.run(order)
  const after = cpuOf(arena)
  const logged = (await arena.fleet.logged()) - loggedBefore
  const each = (amount: number) => amount / result.sessions
  return {
    ...result,
    name,
    devices,
    processes: 1 + arena.others.length,
    cpuMs: {
      server: each((after.server - before.server) * 1000),
      database: each((after.database - before.database) * 1000),
      client: each(cpuSeconds * 1000),
    },
    logged: each(logged),
  }
}

function cpuOf({ mooring, others }: Arena) {
  const { server, database } = mooring.cpuSeconds()
  return {
    server: others.reduce((all, other) => all + other.cpuSeconds(), server),
    database,
  }
}
