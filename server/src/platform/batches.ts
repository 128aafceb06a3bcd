import { setTimeout as delay } from 'node:timers/promises'

type Waiting<Item, Result> = {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/** So many at once at most: a statement has its limits. */
const MOST = 200

/**
 * Does together what many ask for at about the same time. While one batch is under way, whoever comes
 * gathers for the next: with nothing to do nobody waits, and the more there is to do the more is done at
 * once. A batch begins after all its items came, so that it sees whatever was saved before them.
 *
 * Never from within a transaction: the embedded database has one connection.
 *
 * @param work the results in the order of the items. What fails together is tried one by one, so that
 *   nobody fails for somebody else's item.
 * @param apartMs from the beginning of one batch to that of the next at least: so long those who come in
 *   quick succession wait at most, in order to be done together.
 */
export function createBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  { apartMs = 0 }: { readonly apartMs?: number } = {},
): (item: Item) => Promise<Result> {
  const line: Waiting<Item, Result>[] = []
  let isRunning = false

  const doOne = async ({ item, resolve, reject }: Waiting<Item, Result>) => {
    try {
      const [result] = await work([item])
      resolve(result as Result) // one for each item
    } catch (error) {
      reject(error)
    }
  }
  const doAll = async (batch: readonly Waiting<Item, Result>[]) => {
    try {
      const results = await work(batch.map(({ item }) => item))
      for (const [place, { resolve }] of batch.entries()) resolve(results[place] as Result) // as above
    } catch {
      // Told to each of them by their own try.
      for (const one of batch) await doOne(one)
    }
  }
  const run = async () => {
    isRunning = true
    while (line.length > 0) {
      const startedAt = performance.now()
      const batch = line.splice(0, MOST)
      const [only] = batch
      if (batch.length === 1 && only) await doOne(only)
      else await doAll(batch)
      const leftMs = startedAt + apartMs - performance.now()
      if (leftMs > 0) await delay(leftMs, undefined, { ref: false })
    }
    isRunning = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      line.push({ item, resolve, reject })
      if (!isRunning) void run()
    })
}

/** Nobody notices it, and with hundreds a second it saves most looks. */
const LOOKS_APART_MS = 10

/** Looks one thing up for all who ask for it at about the same time. */
export function createSharedLook<Key, Value>(
  look: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  const lookAll = async (keys: readonly Key[]) => {
    const asked = [...new Set(keys)]
    const found = await Promise.all(asked.map(look))
    const values = new Map(asked.map((key, place) => [key, found[place] as Value]))
    return keys.map((key) => values.get(key) as Value)
  }
  return createBatches(lookAll, { apartMs: LOOKS_APART_MS })
}
