import { z } from 'zod'
import type { OneAnswer } from '../entra/graph/batch.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import { isGuid } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import { applyObject } from './apply-page.ts'
import type { Reading, TakeOver } from './reading.ts'
import { type PageResult, STREAM_KINDS } from './stream-kinds.ts'
import { NO_COUNTS } from './sync-run.ts'
import { listDueUnapplied, postponeUnapplied, removeUnapplied } from './unapplied-store.ts'

/** How many objects a run asks for again, so that it stays short. */
const AT_ONCE = 20

const STREAMS = { user: 'users', group: 'groups', device: 'devices' } as const
const KINDS = ['user', 'group', 'device'] as const
const NOTHING: PageResult = { counts: NO_COUNTS, problems: [] }
const Item = z.record(z.string(), z.unknown())
type Item = z.infer<typeof Item>

/** Objects that could not be taken over, and whose time has come. */
export type Due = Awaited<ReturnType<typeof listDueUnapplied>>

/**
 * What is to be asked for next: of kinds that this run reads. What was switched off must not come back
 * one by one.
 */
export async function findDue(
  db: Db,
  { parts, work, streams }: Pick<Reading, 'parts' | 'work' | 'streams'>,
): Promise<Due> {
  const kinds = KINDS.filter((kind) => streams?.includes(STREAMS[kind]) ?? true)
  const wanted = { kinds, now: parts.clock.now(), limit: AT_ONCE }
  return await listDueUnapplied(db, work.organization, wanted)
}

/** Asks Graph again for objects that could not be taken over; delta would not send them by itself. */
export async function* retryUnapplied(reading: Reading, due: Due): AsyncGenerator<TakeOver> {
  const { parts, work, client, setting } = reading
  const { clock } = parts
  const items = await askFor(due.filter(({ entraId }) => isGuid(entraId)))
  for (const { kind, entraId } of due) {
    // What is no id of Entra's can be asked for by nobody.
    const item = items.get(`${kind} ${entraId}`) ?? 'gone'
    yield (tx) => takeOver(tx, { kind, entraId }, item)
  }

  async function takeOver(
    tx: Db,
    { kind, entraId }: Due[number],
    item: Item | 'gone' | 'refused',
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

  async function askFor(wanted: Due): Promise<ReadonlyMap<string, Item | 'gone' | 'refused'>> {
    const paths = wanted.map(({ kind, entraId }) => {
      const stream = STREAM_KINDS[STREAMS[kind]]
      const select = stream.select(setting.rules).filter((name) => name !== 'members')
      return `/${stream.name}/${entraId}?$select=${select.join(',')}`
    })
    const answers = await getEach(paths)
    return new Map(
      wanted.map(({ kind, entraId }, place) => [`${kind} ${entraId}`, read(answers?.[place])]),
    )
  }

  /** Objects must not spoil the run for all others: they are asked for again later. */
  async function getEach(paths: readonly string[]): Promise<readonly OneAnswer[] | undefined> {
    const { signal, watcher } = work
    try {
      return await client.graph.getEach(paths, { signal, watcher, priority: 'Low' })
    } catch (error) {
      if (error instanceof GraphError) return undefined
      throw error
    }
  }
}

function read(one: OneAnswer | undefined): Item | 'gone' | 'refused' {
  if (!one) return 'refused'
  if (one.kind === 'answer') return Item.safeParse(one.answer.json).data ?? 'refused'
  return one.error.status === 404 ? 'gone' : 'refused'
}
