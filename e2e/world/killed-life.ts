import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { changeRandomly, type Emulator, startEmulator } from '@mooring/emulator'
import { type Dice, dice } from '../../server/testing/dice.ts'
import { execute, type TestPostgres } from '../../server/testing/postgres.ts'
import { SynchronisedServer } from './synchronised-server.ts'

/** A server that will be killed, and what makes its database believe that it is dead for long. */
type Victim = { readonly server: SynchronisedServer; readonly lapse: () => Promise<void> }

type Death = {
  readonly phase: string
  readonly database: string
  /** Whether the run was under way when the server was killed, and not over yet. */
  readonly isInside: boolean
}

type Phase = {
  readonly name: string
  /** What happens in the tenant before it. */
  readonly happens: (emulator: Emulator, roll: Dice) => void
  /** Sets the stage, and gives the run to be killed in. */
  readonly start: (server: SynchronisedServer) => Promise<string>
  /** How far into it the dice may kill, in shares of what it took undisturbed. */
  readonly between: readonly [number, number]
}

const slowly = ({ scenario }: Emulator) => {
  scenario.delta.pageSizes = [4]
  scenario.latencyMs = 15
}
/** Reading is next to nothing then, and nearly all the time is the settling's. */
const quickly = ({ scenario }: Emulator) => {
  scenario.delta.pageSizes = []
  scenario.latencyMs = 0
}
const somethingChanges = (emulator: Emulator, roll: Dice) => {
  changeRandomly(emulator.directory, 60, 1 + roll(1_000_000))
}
const present = ({ directory }: Emulator) =>
  directory.users.filter(({ accountEnabled }) => accountEnabled !== false)

const PHASES: readonly Phase[] = [
  {
    name: 'a first load',
    happens: slowly,
    start: (server) => server.startRun('delta'),
    between: [0, 1],
  },
  {
    name: 'a round of changes',
    happens: somethingChanges,
    start: (server) => server.startRun('delta'),
    between: [0, 1],
  },
  {
    name: 'a full round',
    happens: somethingChanges,
    start: (server) => server.startRun('full'),
    between: [0, 1],
  },
  {
    name: 'the settling',
    happens(emulator) {
      quickly(emulator)
      for (const { id } of present(emulator).slice(0, 40)) {
        emulator.directory.updateUser(id, { accountEnabled: false })
      }
    },
    start: (server) => server.startRun('delta'),
    between: [0.2, 1.1],
  },
  {
    name: 'an approved run',
    happens(emulator) {
      for (const { id } of present(emulator).slice(0, 40)) emulator.directory.deleteUser(id)
    },
    async start(server) {
      await server.brakeAt(3)
      const id = await server.startRun('delta')
      assert.equal((await server.untilEnded(id)).state, 'held')
      await server.approve(id)
      return id
    },
    between: [0, 1],
  },
]

/**
 * Three servers live through the same days of one tenant: one undisturbed, one on PGlite and one on
 * PostgreSQL. Of those two each is killed at a random instant of every phase, as a power cut would,
 * and started again. Whatever can be seen of them is compared after each.
 *
 * @param seed the same dice again, though hardly the same instants.
 * @throws {AssertionError} where a killed server differs from the undisturbed one.
 */
export async function killedLife(postgres: TestPostgres, seed: number): Promise<Death[]> {
  const roll = dice(seed)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-killed-life-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulator({ users: 80, groups: 16 }))
  const onPostgres = (name: string) => startOnPostgres(emulator, postgres, { folder, name })
  const undisturbed = stack.use((await onPostgres(`undisturbed_${seed}`)).server)
  const victims = {
    PGlite: await startEmbedded(emulator, folder),
    PostgreSQL: await onPostgres(`killed_${seed}`),
  }
  for (const { server } of Object.values(victims)) stack.use(server)
  for (const server of [undisturbed, victims.PGlite.server, victims.PostgreSQL.server]) {
    await server.connect(emulator)
  }
  const deaths: Death[] = []
  for (const phase of PHASES) {
    phase.happens(emulator, roll)
    const expected = await liveThrough(undisturbed, phase)
    const shares = Object.keys(victims).map(() => roll(1000) / 1000)
    const [from, to] = phase.between
    await Promise.all(
      Object.entries(victims).map(async ([database, victim], index) => {
        const share = from + (to - from) * (shares[index] ?? 0)
        const where = `${phase.name} on ${database}, seed ${seed}, killed at ${share.toFixed(3)}`
        const { run, isInside } = await dieIn(victim, phase, expected.tookMs * share)
        deaths.push({ phase: phase.name, database, isInside })
        assert.deepEqual(await victim.server.look(run), expected.seen, where)
        const { state, counts } = await victim.server.run(run)
        assert.deepEqual({ state, counts }, expected.outcome, where)
      }),
    )
  }
  return deaths
}

async function liveThrough(server: SynchronisedServer, phase: Phase) {
  const id = await phase.start(server)
  const startedAt = performance.now()
  const { state, counts } = await server.untilEnded(id)
  const tookMs = performance.now() - startedAt
  assert.equal(state, 'succeeded', phase.name)
  return { tookMs, seen: await server.look(id), outcome: { state, counts } }
}

async function dieIn({ server, lapse }: Victim, phase: Phase, afterMs: number) {
  const run = await phase.start(server)
  await delay(afterMs)
  await server.kill()
  const killedAt = Date.now()
  await lapse()
  await server.startAgain()
  const { finishedAt } = await server.untilEnded(run)
  return { run, isInside: Date.parse(finishedAt ?? '') > killedAt }
}

async function startEmbedded(emulator: Emulator, folder: string): Promise<Victim> {
  const server = await SynchronisedServer.start(emulator, {
    MOORING_DATA_DIR: join(folder, 'data'),
  })
  // Nobody else can have the folder: the server itself knows that whoever had it is dead.
  return { server, lapse: async () => undefined }
}

async function startOnPostgres(
  emulator: Emulator,
  postgres: TestPostgres,
  { folder, name }: { readonly folder: string; readonly name: string },
): Promise<Victim> {
  await postgres.createDatabase(name)
  const keyFile = join(folder, 'master.key')
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
  const server = await SynchronisedServer.start(emulator, {
    DATABASE_URL: postgres.url(name),
    MOORING_MASTER_KEY_FILE: keyFile,
    MOORING_DATA_DIR: join(folder, name),
  })
  return { server, lapse: () => execute(postgres.url(name), LAPSED) }
}

/**
 * What a quarter of a minute of silence does: that a run is taken over within that time is another
 * story, `two-servers-under-load.test.ts`.
 */
const LAPSED = `
  update sync_runs set heartbeat_at = to_timestamp(0) where state = 'running';
  update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null
    where state = 'active'`
