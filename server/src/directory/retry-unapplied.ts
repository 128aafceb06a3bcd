import { z } from 'zod'
import { GraphError } from '../entra/graph/graph-error.ts'
import { isGuid } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { applyObject } from './apply-page.ts'
import type { Reading } from './reading.ts'
import { type PageResult, STREAM_KINDS } from './stream-kinds.ts'
import { NO_COUNTS } from './sync-run.ts'
import { listDueUnapplied, postponeUnapplied, removeUnapplied } from './unapplied-store.ts'

/** How many objects a run asks for again, so that it stays short. */
const AT_ONCE = 20

const STREAMS = { user: 'users', group: 'groups', device: 'devices' } as const
const KINDS = ['user', 'group', 'device'] as const
const NOTHING: PageResult = { counts: NO_COUNTS, problems: [] }
const Item = z.record(z.string(), z.unknown())

/**
 * Asks Graph again for objects that could not be taken over; delta would not send them by itself. Of
 * kinds that this run reads: what was switched off must not come back one by one.
 */
export async function retryUnapplied(reading: Reading): Promise<void> {
  const { parts, work, client, setting } = reading
  const { db, clock } = parts
  const kinds = KINDS.filter((kind) => reading.streams?.includes(STREAMS[kind]) ?? true)
  const wanted = { kinds, now: clock.now(), limit: AT_ONCE }
  const due = await listDueUnapplied(db, work.organization, wanted)
  for (const { kind, entraId } of due) {
    const stream = STREAM_KINDS[STREAMS[kind]]
    const select = stream.select(setting.rules).filter((name) => name !== 'members')
    const item = isGuid(entraId)
      ? await ask(reading, `/${stream.name}/${entraId}?$select=${select.join(',')}`)
      : 'gone'
    await work.commit((tx) => takeOver(tx, { kind, entraId }, item))
  }

  async function takeOver(
    tx: Db,
    { kind, entraId }: (typeof due)[number],
    item: Record<string, unknown> | 'gone' | 'refused',
  ): Promise<PageResult> {
    switch (item) {
      case 'refused':
        await postponeUnapplied(tx, work.organization, { kind, entraId }, clock.now())
        return NOTHING
      case 'gone':
        await removeUnapplied(tx, work.organization, kind, entraId)
        return NOTHING
    }
    const applySetting = { ...setting, now: clock.now(), tellsAll: true }
    return await applyObject(tx, STREAM_KINDS[STREAMS[kind]], item, applySetting)
  }

  async function ask(
    { work: { signal, watcher } }: Reading,
    path: string,
  ): Promise<Record<string, unknown> | 'gone' | 'refused'> {
    try {
      const answer = await client.graph.get(path, { signal, watcher, priority: 'Low' })
      return Item.safeParse(answer.json).data ?? 'refused'
    } catch (error) {
      // One object must not spoil the run for all others: it is asked for again later.
      if (error instanceof GraphError) return error.status === 404 ? 'gone' : 'refused'
      throw error
    }
  }
}
