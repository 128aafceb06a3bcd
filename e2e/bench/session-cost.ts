import type { Caller } from './api-callers.ts'
import type { BenchPostgres } from './postgres.ts'
import { explainStatements, type Preparation, type Statement } from './statements.ts'

/** What finding out who asks takes, of each request. */
export type SessionCost = {
  readonly caller: string
  /** Statements of one request altogether, and those that ask whose credential it is. */
  readonly statements: number
  readonly lookups: number
  readonly indexReads: number
  readonly tableReads: number
  readonly pagesHit: number
  readonly pagesRead: number
  /** Carrying the look-up out, and before that reading it and making its plan. */
  readonly ms: number
  readonly preparingMs: number
  /** Of all statements of the request together. */
  readonly allPreparingMs: number
  readonly plan: string
}

const REPEATS = 20
const LOOKUP = /\bfrom "(sessions|api_tokens)"/

/**
 * Repeats one request and looks at what the server asks its database for it. A statement that comes
 * less often than the request is not its own: jobs have their beats meanwhile.
 */
export async function measureSessionCost(
  postgres: BenchPostgres,
  { name, headers }: Caller,
  url: string,
): Promise<SessionCost> {
  const { statements: heard, preparations } = await explainStatements(postgres, async () => {
    for (let number = 0; number < REPEATS; number += 1) {
      const answer = await fetch(url, { headers })
      if (!answer.ok) throw new Error(`${name}: ${url} answered ${answer.status}`)
      await answer.arrayBuffer()
    }
  })
  const own = findOwn(heard)
  const lookups = heard.filter(({ text }) => LOOKUP.test(text))
  const [typical] = [...lookups].sort((a, b) => a.ms - b.ms).slice(Math.floor(lookups.length / 2))
  if (!typical) throw new Error('PostgreSQL told of no look-up: is auto_explain there?')
  return {
    caller: name,
    statements: [...own.values()].reduce((sum, count) => sum + count, 0),
    lookups: lookups.length / REPEATS,
    indexReads: typical.indexReads,
    tableReads: typical.tableReads,
    pagesHit: typical.pagesHit,
    pagesRead: typical.pagesRead,
    ms: typical.ms,
    preparingMs: perRequest(preparations.filter(({ text }) => LOOKUP.test(text))),
    allPreparingMs: perRequest(preparations.filter(({ text }) => own.has(text.trim()))),
    plan: typical.plan,
  }
}

/** The statements of each request, and how often it sends them. */
function findOwn(heard: readonly Statement[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { text } of heard) counts.set(text.trim(), (counts.get(text.trim()) ?? 0) + 1)
  const own = [...counts].map(([text, count]) => [text, Math.floor(count / REPEATS)] as const)
  return new Map(own.filter(([, count]) => count > 0))
}

const perRequest = (preparations: readonly Preparation[]): number =>
  preparations.reduce((sum, { ms }) => sum + ms, 0) / REPEATS
