import type { DirectorySettings, DirectorySettingsInput } from '@mooring/contract/directory'
import { findConnection, lockConnection } from '../connection/index.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { checkSettings } from './check-settings.ts'
import { clearDropped } from './dropped-attributes-store.ts'
import { ensureState } from './record-changes-store.ts'
import { noteRescopeAll } from './scope-store.ts'
import { compareSettings, findDropped } from './settings-change.ts'
import { findSettings, saveSettings } from './settings-store.ts'
import { lockTenant, noteSettleAll } from './settle-store.ts'
import { type StartParts, startSyncWithin } from './start-sync.ts'
import { findSynchronisedTenant } from './streams-store.ts'

/**
 * Saves the rules, forgets what is no longer wanted to be known, and starts a run when they change
 * who is here or what is known of them, all in one transaction. What is to be looked at again is noted
 * as well: where a run is under way already, that one or the next does it.
 *
 * @throws {ApiError} as `checkSettings`.
 */
export async function saveDirectorySettings(
  parts: StartParts,
  organization: OrganizationId,
  input: DirectorySettingsInput,
  by: string,
  /** Records what changed, in the same transaction. */
  record?: (tx: Db, changes: ReturnType<typeof compareFields>) => Promise<void>,
): Promise<void> {
  const now = parts.clock.now()
  await parts.db.transaction().execute(async (tx) => {
    // Saving a connection takes the same lock: its switches cannot turn while we look at them.
    const connection = await lockConnection(tx, organization)
    const { settings: before } = await findSettings(tx, organization)
    const after = mergeSettings(before, input)
    checkSettings(after, connection, now)
    const change = compareSettings(before, after)
    await saveSettings(tx, organization, after, { name: by, now })
    const dropped = findDropped(before, after)
    if (dropped) {
      const tenant = (await findSynchronisedTenant(tx, organization)) ?? connection?.tenantId
      if (tenant) await lockTenant(tx, tenant)
      await clearDropped(tx, organization, dropped)
    }
    if (change.settlesAll) {
      await ensureState(tx, organization)
      await noteSettleAll(tx, organization)
      if (change.rescopesAll) await noteRescopeAll(tx, organization)
    }
    await record?.(tx, compareFields(before, after))
    const isOn = connection?.syncUsers || connection?.syncGroups
    if (isOn && (change.settlesAll || change.readsAll)) {
      await startSyncWithin(tx, parts, organization, { mode: 'delta', trigger: 'settings', by })
    }
  })
}

/** The settings that would be saved, checked, and those that are there now. */
export async function tryDirectorySettings(
  db: Db,
  organization: OrganizationId,
  input: DirectorySettingsInput,
  now: Date,
): Promise<{ before: DirectorySettings; after: DirectorySettings }> {
  const { settings: before } = await findSettings(db, organization)
  const after = mergeSettings(before, input)
  checkSettings(after, await findConnection(db, organization), now)
  return { before, after }
}

/** What is not given stays; an attribute named twice is wanted once. */
function mergeSettings(
  before: DirectorySettings,
  input: DirectorySettingsInput,
): DirectorySettings {
  return {
    ...input,
    attributes: [...new Set(input.attributes ?? before.attributes)],
    customFields: input.customFields ?? before.customFields,
    changeNotifications: input.changeNotifications ?? before.changeNotifications,
  }
}
