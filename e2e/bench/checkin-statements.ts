import { type Arena, COMMANDS } from './checkin-arena.ts'
import { explainStatements } from './statements.ts'

/** What the server asks its database in one session. */
export type Ask = {
  readonly session: string
  /** Of one session; beginning and ending transactions are not counted. */
  readonly statements: number
  readonly indexReads: number
  /** How often a table was read from end to end. */
  readonly tableReads: number
  /** Rows written. That a device was seen is written for many at once, and not here. */
  readonly rows: number
  /** Of PostgreSQL, carrying them out and before that planning; it measures itself, which takes time too. */
  readonly ms: number
  readonly preparingMs: number
  readonly plans: readonly string[]
}

const SESSIONS = 20

/** Looks at the statements of sessions one after the other, idle and with commands. */
export async function measureQuestions(arena: Arena): Promise<Ask[]> {
  const idle = await measureOne(arena, 'idle')
  await arena.fleet.queue(COMMANDS)
  return [idle, await measureOne(arena, `${COMMANDS} commands`)]
}

async function measureOne({ mooring, client }: Arena, session: string): Promise<Ask> {
  if (!mooring.postgres) throw new Error('only PostgreSQL tells of its statements')
  const { statements, preparations } = await explainStatements(mooring.postgres, async () => {
    await client.run({ sessions: SESSIONS, atOnce: 1, connections: 'kept' })
  })
  // What comes less often is not of the session: jobs have their beats meanwhile.
  const counts = new Map<string, number>()
  for (const { text } of statements) counts.set(text, (counts.get(text) ?? 0) + 1)
  const own = statements.filter(({ text }) => (counts.get(text) ?? 0) >= SESSIONS)
  const each = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0) / SESSIONS
  return {
    session,
    statements: own.length / SESSIONS,
    indexReads: each(own.map(({ indexReads }) => indexReads)),
    tableReads: each(own.map(({ tableReads }) => tableReads)),
    rows: each(own.map(({ rowsWritten }) => rowsWritten)),
    ms: each(own.map(({ ms }) => ms)),
    preparingMs: each(
      preparations.filter(({ text }) => counts.has(text.trim())).map(({ ms }) => ms),
    ),
    plans: [...new Set(own.map(({ plan }) => plan))],
  }
}
