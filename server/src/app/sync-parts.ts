import { recordAudit, SYSTEM } from '../audit/index.ts'
import type { SyncParts } from '../directory/index.ts'
import { everyFewSeconds } from '../platform/every-few-seconds.ts'
import { refreshPersonRoles, removeOrphans } from '../roles/index.ts'
import { removeSessionsOfTheGone } from '../sign-in/index.ts'
import type { EntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'

/** A group of thousands with a role changes at once at times: the rest is in the directory's own history. */
const MOST_TOLD = 200

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
    async ended(tx, organization) {
      await removeOrphans(tx, organization)
      const changed = await refreshPersonRoles(tx, organization)
      await removeSessionsOfTheGone(tx, organization)
      for (const { userId, name, before, after } of changed.slice(0, MOST_TOLD)) {
        const note = {
          action: 'role.followed-directory',
          object: { kind: 'user', id: userId, name },
          changes: [{ field: 'roles', before: before.join(', '), after: after.join(', ') }],
          details: { changes: changed.length },
        } as const
        const occasion = { at: clock.now(), actor: SYSTEM }
        await recordAudit(tx, organization, { note, occasion })
      }
    },
    everyFewSeconds: (tick) =>
      everyFewSeconds(tick, (error) => log.warn({ err: error }, 'a sign of life was not written')),
  }
}
