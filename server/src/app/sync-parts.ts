import type { SyncParts } from '../directory/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import { refreshAndRecord, removeOrphans } from '../roles/index.ts'
import { removeSessionsOfTheGone } from '../sign-in/index.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** What carries a synchronisation out, in a job or at the command line. */
export function toSyncParts(
  { db, clock, log }: Parts,
  { clients }: Pick<EntraParts, 'clients'>,
): SyncParts {
  return {
    db,
    clients,
    clock,
    log,
    ended: followDirectory({ clock }),
    everyFewSeconds: (tick) =>
      everyFewSeconds(tick, (error) => log.warn({ err: error }, 'a sign of life was not written')),
  }
}

/** What follows from a change of the directory, in its own transaction: roles, sessions, tokens. */
export function followDirectory({ clock }: Pick<Parts, 'clock'>): NonNullable<SyncParts['ended']> {
  return async (tx, organization) => {
    await removeOrphans(tx, organization)
    await removeSessionsOfTheGone(tx, organization)
    await refreshAndRecord(tx, organization, { now: clock.now() })
  }
}
