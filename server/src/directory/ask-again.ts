import type { Db } from '../platform/database.ts'
import type { Reading, TakeOver } from './reading.ts'
import { findStale, refreshMemberships, type Stale } from './refresh-memberships.ts'
import { type Due, findDue, retryUnapplied } from './retry-unapplied.ts'

/** What no stream tells by itself, once a run has read them all. */
export type Open = { readonly stale: Stale | undefined; readonly due: Due }

/** What is still to be asked for, one by one. */
export async function findOpen(db: Db, reading: Reading): Promise<Open> {
  const isWithGroups = reading.streams?.includes('groups') ?? true
  const stale = isWithGroups ? await findStale(db, reading.work.organization) : undefined
  return { stale, due: await findDue(db, reading) }
}

/** Whether there is anything to ask for. */
export const isOpen = ({ stale, due }: Open): boolean =>
  due.length > 0 || (stale !== undefined && stale.groups.length + stale.people.length > 0)

/**
 * Asks Graph, and gives each answer as what is to be done about it.
 *
 * @throws what the Graph client throws, when it is not about one of the objects alone.
 */
export async function* askAgain(reading: Reading, { stale, due }: Open): AsyncGenerator<TakeOver> {
  if (stale) yield* refreshMemberships(reading, stale)
  yield* retryUnapplied(reading, due)
}
