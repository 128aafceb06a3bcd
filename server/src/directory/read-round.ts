import { type DeltaPage, fetchDeltaPage } from '../entra/graph/delta-page.ts'
import type { GraphClient, GraphOptions } from '../entra/graph/graph-client.ts'
import { LoopingLink } from '../entra/graph/graph-error.ts'

/** One page, or several that follow each other and go on where the last of them does. */
export type ReadPage = DeltaPage & {
  readonly kind: 'page'
  /** How many pages of Graph's it is made of. */
  readonly pages: number
}

type Options = GraphOptions & {
  readonly signal: AbortSignal
  /** How much is written at a time: members of groups; objects count fourfold. */
  readonly batchSize: number
}

/**
 * Reads the pages of one round. It reads on while a page is being dealt with; what has come meanwhile
 * is handed out together.
 *
 * @param target the first call's path, or a cursor of Graph's.
 * @returns `expired` when Graph no longer knows the cursor: the round must start over.
 * @throws what the Graph client throws, after the pages that came before; {LoopingLink}.
 */
export async function* readRound(
  graph: GraphClient,
  target: string,
  options: Options,
): AsyncGenerator<ReadPage, 'caughtUp' | 'expired'> {
  // However the round ends, a page that is still on its way is given up.
  using ending = endOfRound()
  const signal = AbortSignal.any([options.signal, ending.signal])
  const queue = new PageQueue(options.batchSize)
  const reading = fetchAll(graph, target, { ...options, signal }, queue)
  reading.catch(() => undefined) // awaited below; meanwhile it must not count as unhandled
  try {
    for (;;) {
      const pages = await queue.take()
      if (pages.length === 0) return await reading
      yield merge(pages)
    }
  } finally {
    queue.end()
  }
}

/** Fetches page after page into the queue. */
async function fetchAll(
  graph: GraphClient,
  target: string,
  options: Options,
  queue: PageQueue,
): Promise<'caughtUp' | 'expired'> {
  const seen = new Set<string>()
  try {
    for (let link = target; ; ) {
      const page = await fetchDeltaPage(graph, link, { ...options, priority: 'Low' })
      if (page.kind === 'cursorExpired') return 'expired'
      const { next } = page
      if (next.kind === 'nextLink' && seen.has(next.url)) {
        throw new LoopingLink('Graph sent the same nextLink twice in one round')
      }
      await queue.put(page)
      if (next.kind === 'deltaLink') return 'caughtUp'
      seen.add(next.url)
      link = next.url
    }
  } finally {
    queue.end()
  }
}

type Page = DeltaPage & { readonly kind: 'page' }

/** Pages on their way from the network to the database: as many as are written at a time, and one. */
class PageQueue {
  readonly #batchSize: number
  readonly #waiting: Page[] = []
  #isOver = false
  #wakeTaker: (() => void) | undefined
  #wakePutter: (() => void) | undefined

  constructor(batchSize: number) {
    this.#batchSize = batchSize
  }

  async put(page: Page): Promise<void> {
    this.#waiting.push(page)
    this.#wakeTaker?.()
    while (this.#fit() < this.#waiting.length && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wakePutter = resolve
      })
    }
  }

  /** Nothing more comes, or nobody takes any more. */
  end(): void {
    this.#isOver = true
    this.#wakeTaker?.()
    this.#wakePutter?.()
  }

  /** @returns at least one page once there is one; none at the end. */
  async take(): Promise<readonly Page[]> {
    while (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve
      })
    }
    const taken = this.#waiting.splice(0, this.#fit())
    this.#wakePutter?.()
    return taken
  }

  /** How many pages are written together; one at least. */
  #fit(): number {
    let size = 0
    let count = 0
    for (const page of this.#waiting) {
      size += weigh(page)
      if (count > 0 && size > this.#batchSize) break
      count += 1
    }
    return count
  }
}

/** An object takes as much work as four members of a group. */
const OBJECT_WEIGHT = 4

function weigh({ items }: Page): number {
  let size = items.length * OBJECT_WEIGHT
  for (const item of items) {
    const members = item['members@delta']
    if (Array.isArray(members)) size += members.length
  }
  return size
}

function merge(pages: readonly Page[]): ReadPage {
  const last = pages.at(-1)
  if (!last) throw new Error('no page to merge')
  return { ...last, items: pages.flatMap((page) => page.items), pages: pages.length }
}

function endOfRound(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() }
}
