import type { ConnectionClient } from '../connection/index.ts'
import type { Work } from './run-work.ts'
import type { StreamKind } from './stream-kinds.ts'

/** How many objects there are, for the progress line; not knowing is no fault. */
export async function expectedCount(
  client: ConnectionClient,
  work: Work,
  kind: StreamKind,
): Promise<number | null> {
  try {
    const answer = await client.graph.get(kind.countCall, {
      headers: { consistencylevel: 'eventual' },
      signal: work.signal,
      watcher: work.watcher,
      priority: 'Low',
    })
    return typeof answer.json === 'number' ? answer.json : null
  } catch {
    // The round itself meets the same trouble and tells it.
    work.signal.throwIfAborted()
    return null
  }
}
