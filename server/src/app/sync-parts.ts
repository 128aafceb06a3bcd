import type { SyncParts } from '../directory/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import { refreshPersonRoles, removeOrphans } from '../roles/index.ts'
import { removeSessionsOfTheGone } from '../sign-in/index.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** What carries a synchronisation out, in a job or at the command line. */
export function toSyncParts({ db, clock, log }: Parts, { clients }: EntraParts): SyncParts {
  return {
    db,
    clients,
    clock,
    log,
    async ended(tx, organization) {
      await removeOrphans(tx, organization)
      await refreshPersonRoles(tx, organization)
      await removeSessionsOfTheGone(tx, organization)
    },
    everyFewSeconds: (tick) =>
      everyFewSeconds(tick, (error) => log.warn({ err: error }, 'a sign of life was not written')),
  }
}
