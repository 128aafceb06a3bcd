import type { DirectorySettings } from '@mooring/contract/directory'
import { findConnection } from '../connection/index.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { ChangePile, Undone } from './change-pile.ts'
import { countChanges } from './directory-change.ts'
import { forgetAttributes } from './forget-attributes.ts'
import type { SyncParts } from './reading.ts'
import { ensureState, lastChangeNumber, saveProposals } from './record-changes-store.ts'
import { noteRescopeAll } from './scope-store.ts'
import { findSettings } from './settings-store.ts'
import { type Settled, settle } from './settle.ts'
import { lockTenant, noteSettleAll } from './settle-store.ts'
import { findSynchronisedTenant } from './streams-store.ts'
import { addCounts, NO_COUNTS } from './sync-run.ts'
import { findRun, insertFinishedRun, type StoredRun } from './sync-runs-store.ts'

type PreviewParts = Pick<SyncParts, 'db' | 'clock'> & {
  readonly judge?: SyncParts['judge'] | undefined
}

/**
 * Finds out what other settings would change, from what is known of Entra, and keeps it as a dry run.
 *
 * Values of attributes that are not read yet are not known; those that would be left out are.
 */
export async function previewSettings(
  parts: PreviewParts,
  organization: OrganizationId,
  settings: DirectorySettings,
  { by }: { readonly by: string },
): Promise<StoredRun> {
  const { db, clock } = parts
  await ensureState(db, organization)
  const id = newId('run')
  const now = clock.now()
  const { settled, changes } = await tryOut(parts, organization, settings, { id, now })
  await db.transaction().execute(async (tx) => {
    await insertFinishedRun(tx, organization, {
      id,
      mode: 'delta',
      dryRun: true,
      trigger: 'preview',
      requestedBy: by,
      requestedAt: now,
      counts: settled.counts,
      holds: settled.holds,
    })
    for (const rows of changes?.chunks() ?? []) await saveProposals(tx, organization, id, rows)
  })
  const run = await findRun(db, organization, id)
  if (!run) throw new Error('the organization was deleted meanwhile')
  return run
}

type Tried = { readonly settled: Settled; readonly changes: ChangePile | undefined }

async function tryOut(
  { db, judge }: PreviewParts,
  organization: OrganizationId,
  rules: DirectorySettings,
  run: { readonly id: string; readonly now: Date },
): Promise<Tried> {
  try {
    return await db.transaction().execute(async (tx) => {
      const tenantId = await findTenant(tx, organization)
      if (!tenantId)
        return { settled: { counts: NO_COUNTS, holds: [], isMoved: false }, changes: undefined }
      await lockTenant(tx, tenantId)
      const before = await lastChangeNumber(tx, organization)
      await noteSettleAll(tx, organization)
      await noteRescopeAll(tx, organization)
      const { settings: present } = await findSettings(tx, organization)
      const setting = { organization, tenantId, rules, run: run.id, now: run.now, judge }
      const settled = await settle(tx, setting)
      const forgotten = await forgetAttributes(
        tx,
        organization,
        { present, wanted: rules },
        setting,
      )
      const counts = addCounts(settled.counts, countChanges(forgotten))
      const changes = await ChangePile.collect(tx, organization, before)
      throw new Undone<Settled>({ ...settled, counts }, changes)
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    const { found, changes } = error as Undone<Settled>
    return { settled: found, changes }
  }
}

async function findTenant(tx: Db, organization: OrganizationId): Promise<string | undefined> {
  const synchronised = await findSynchronisedTenant(tx, organization)
  return synchronised ?? (await findConnection(tx, organization))?.tenantId
}
