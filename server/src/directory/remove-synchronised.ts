import { lockConnection } from '../connection/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { recordDay } from './days-store.ts'
import { deleteMemberships } from './memberships-store.ts'
import { deleteObjects } from './objects-store.ts'
import type { SyncParts } from './reading.ts'
import { ensureState, forgetScopeMembers, recordCleared } from './record-changes-store.ts'
import { lockState } from './settle-store.ts'
import { hasBrought, removeAllStreams, removeStream } from './streams-store.ts'
import { findRunUnderWay } from './sync-runs-store.ts'
import { removeAllUnapplied } from './unapplied-store.ts'

type Asked = {
  readonly organization: OrganizationId
  readonly slug: string
  readonly confirm: string
  readonly now: Date
  /** What follows from it for rooms above, in the same transaction. */
  readonly ended?: SyncParts['ended'] | undefined
  /** Records the removal, in the same transaction. */
  readonly audit?: (tx: Db, note: AuditNote) => Promise<void>
}

/**
 * Removes everything that was synchronised of one kind, after its switch was turned off. With the last
 * kind go the devices, which have no switch: then nothing of the tenant is left.
 *
 * @param asked `confirm` must repeat the organization's slug.
 * @throws {ApiError} `confirmationWrong`, `stillSynchronised`, `syncUnderWay`.
 */
export async function removeSynchronised(
  db: Database['db'],
  { organization, slug, confirm, now, ended, audit }: Asked,
  what: 'users' | 'groups',
): Promise<{ removed: number }> {
  if (confirm !== slug) throw new ApiError(409, 'confirmationWrong', { values: { slug } })
  return await db.transaction().execute(async (tx) => {
    // Saving a connection takes the same lock, and no run starts without it: neither can the switch
    // turn while we look at it, nor a run begin.
    const connection = await lockConnection(tx, organization)
    const isOn = what === 'users' ? connection?.syncUsers : connection?.syncGroups
    if (isOn) throw new ApiError(409, 'stillSynchronised')
    if (await findRunUnderWay(tx, organization)) throw new ApiError(409, 'syncUnderWay')
    // Before any object, as a preview does it.
    await ensureState(tx, organization)
    await lockState(tx, organization)
    const table = what === 'users' ? 'directory_users' : 'directory_groups'
    const removed = await deleteObjects(tx, table, organization)
    // People's memberships stay with the groups: they are the groups' own, and hold no name.
    if (what === 'groups') await deleteMemberships(tx, organization)
    await removeStream(tx, organization, what)
    await removeAllUnapplied(tx, organization, what)
    await recordCleared(tx, organization, what, now)
    await forgetScopeMembers(tx, organization)
    if (!(await hasBrought(tx, organization, ['users', 'groups']))) {
      await removeDevices(tx, organization, now)
    }
    await recordDay(tx, organization, now)
    // Last: both hold the audit log's chain until the commit.
    await ended?.(tx, organization, 'settled')
    await audit?.(tx, {
      action: what === 'users' ? 'directory.users-removed' : 'directory.groups-removed',
      details: { removed },
    })
    return { removed }
  })
}

async function removeDevices(tx: Db, organization: OrganizationId, now: Date): Promise<void> {
  const wereThere = await hasBrought(tx, organization, ['devices'])
  await deleteObjects(tx, 'directory_devices', organization)
  await removeAllUnapplied(tx, organization, 'devices')
  await removeAllStreams(tx, organization)
  if (wereThere) await recordCleared(tx, organization, 'devices', now)
}
