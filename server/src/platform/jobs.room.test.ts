import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { systemClock } from './clock.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { acrossOrganizations } from './organization-guard.ts'

const database = await testDatabase()
afterAll(() => database[Symbol.asyncDispose]())

const lines: string[] = []
/** A process that shares the database with the others. */
function openJobs(): Jobs {
  const metrics = createMetrics('test')
  const log = createLog('debug', { write: (line) => lines.push(line) })
  return createJobs({
    database: database.database,
    log,
    metrics,
    clock: systemClock,
    migrate: true,
  })
}

const QUICK = { timeoutSeconds: 60, retries: 0 }

test('jobs run when they are due, with what they were sent and those that they send', async () => {
  const ran: string[] = []
  const jobs = openJobs()
  jobs.define<{ name: string }>('first', QUICK, async ({ name }) => {
    ran.push(name)
    if (name === 'one') await jobs.send('first', { name: 'two' })
  })
  await jobs.start(false)

  await jobs.send('first', { name: 'one' })
  await jobs.send('first', { name: 'later' }, { startAfterMs: 3_600_000 })

  expect(await jobs.runDue()).toBe(2)
  expect(ran).toEqual(['one', 'two'])
  await jobs.stop()
})

test('a job sent within a transaction is there if and only if that commits', async () => {
  let runs = 0
  const jobs = openJobs()
  jobs.define('second', QUICK, async () => {
    runs++
  })
  await jobs.start(false)

  await database.db.transaction().execute((tx) => jobs.send('second', {}, { within: tx }))
  const undone = database.db.transaction().execute(async (tx) => {
    await jobs.send('second', {}, { within: tx })
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')

  expect(await jobs.runDue()).toBe(1)
  expect(runs).toBe(1)
  await jobs.stop()
})

test('one per key means one, until it has ended', async () => {
  const jobs = openJobs()
  jobs.define('third', { ...QUICK, onePerKey: true }, async () => {})
  await jobs.start(false)
  const send = (key: string) => jobs.send('third', {}, { key })

  expect([await send('a'), await send('a'), await send('b')]).toEqual([true, false, true])
  await jobs.runDue()
  expect(await send('a')).toBe(true)
  await jobs.runDue()
  await jobs.stop()
})

test('while one runs, one more of its key may wait', async () => {
  const sent: boolean[] = []
  let runs = 0
  const jobs = openJobs()
  jobs.define('waiting', { ...QUICK, onePerKey: 'waiting' }, async () => {
    runs += 1
    if (runs > 1) return
    for (let count = 0; count < 3; count++) sent.push(await jobs.send('waiting', {}, { key: 'a' }))
  })
  await jobs.start(false)
  await jobs.send('waiting', {}, { key: 'a' })

  expect(await jobs.runDue()).toBe(2)
  expect(sent).toEqual([true, false, false])
  await jobs.stop()
})

test('a job that fails is logged, keeps its details to the log, and is tried again later', async () => {
  const jobs = openJobs()
  jobs.define('fourth', { ...QUICK, retries: 1 }, async () => {
    throw new Error('the tenant said something private')
  })
  await jobs.start(false)
  await jobs.send('fourth', {})

  expect(await jobs.runDue()).toBe(1)
  expect(await jobs.runDue()).toBe(0)
  expect(lines.join('')).toMatch('the tenant said something private')
  await jobs.stop()
})

test('of two processes, one runs each job', async () => {
  const ran: number[] = []
  const processes = [openJobs(), openJobs()]
  for (const jobs of processes) {
    jobs.define<{ n: number }>('fifth', QUICK, async ({ n }) => {
      ran.push(n)
    })
    await jobs.start(false)
  }
  for (let n = 0; n < 10; n++) await processes[n % 2]?.send('fifth', { n })

  const counts = await Promise.all(processes.map((jobs) => jobs.runDue()))

  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10)
  expect(ran.sort((left, right) => left - right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  for (const jobs of processes) await jobs.stop()
})

test('stopping tells the jobs under way, and another process takes them over', async () => {
  const begun = Promise.withResolvers<void>()
  const jobs = openJobs()
  let isTold = false
  jobs.define('sixth', { timeoutSeconds: 60, retries: 2 }, async (_data, { signal }) => {
    begun.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    isTold = true
    signal.throwIfAborted()
  })
  await jobs.start(true)
  await jobs.send('sixth', {})
  await begun.promise

  const startedAt = performance.now()
  await jobs.stop()

  expect(isTold).toBe(true)
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  expect(lines.join('')).toMatch('a job was interrupted')
})

test('a job that a crash left is taken up at the next start, where nobody else can be at work', async () => {
  // On PostgreSQL another process may be: there its heartbeat tells.
  if (database.kind === 'postgres') return
  let runs = 0
  const opened = () => {
    const jobs = openJobs()
    jobs.define('crashed', { timeoutSeconds: 60, retries: 0, onePerKey: true }, async () => {
      runs++
    })
    return jobs
  }
  const crashed = opened()
  await crashed.start(false)
  await crashed.send('crashed', {}, { key: 'a' })
  await sql`update pgboss.job set state = 'active', heartbeat_on = now(), started_on = now()
    where name = 'crashed'`.execute(acrossOrganizations(database.db))
  await crashed.stop()

  const next = opened()
  await next.start(false)

  expect(await next.runDue()).toBe(1)
  expect(runs).toBe(1)
  await next.stop()
})
