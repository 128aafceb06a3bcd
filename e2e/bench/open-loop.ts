import { setTimeout as delay } from 'node:timers/promises'

/** One request: whose, and which. */
export type Shot = {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What became of it. */
export type Hit = {
  readonly name: string
  /** From the instant at which it was due until its answer was read whole. */
  readonly ms: number
  /** 0 where there was no answer. */
  readonly status: number
}

/** Nobody waits longer; the request counts as failed. */
const GIVE_UP_MS = 30_000

/**
 * Sends requests at a fixed rate, whether or not those before are answered, as people do who know
 * nothing of each other. A request that could be sent only late is measured from when it was due:
 * otherwise a server that stands still would stop the clock as well.
 */
export async function shoot(
  shots: readonly Shot[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Hit[]> {
  const count = Math.round(perSecond * seconds)
  const startAt = performance.now()
  const underWay: Promise<Hit>[] = []
  for (let number = 0; number < count; number += 1) {
    const dueAt = startAt + (number * 1000) / perSecond
    const waitMs = dueAt - performance.now()
    if (waitMs > 1) await delay(waitMs)
    const shot = shots[number % shots.length]
    if (shot) underWay.push(send(shot, dueAt))
  }
  return await Promise.all(underWay)
}

/** Sends requests one after the other, each when the one before is answered. */
export async function askInTurn(shots: readonly Shot[]): Promise<Hit[]> {
  const hits: Hit[] = []
  for (const shot of shots) hits.push(await send(shot, performance.now()))
  return hits
}

async function send({ name, url, headers }: Shot, dueAt: number): Promise<Hit> {
  const status = await fetch(url, { headers, signal: AbortSignal.timeout(GIVE_UP_MS) }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 0,
  )
  return { name, ms: performance.now() - dueAt, status }
}
