import type { DeviceRow } from '../platform/schema.ts'
import type { DeviceChange, DeviceProperties } from './device-change.ts'
import { type Change, diffFields } from './directory-change.ts'
import {
  isSame,
  type ObjectPlan,
  type PlanSetting,
  type Problem,
  sumUp,
  taken,
} from './object-plan.ts'

export type DeviceRecord = DeviceRow

/**
 * Works out what a page of changes makes of Entra's device objects, as `planUsers` does.
 *
 * A device object that is gone in Entra is hidden and kept: what is enrolled here is managed by its
 * enrolment, and no synchronisation ever ends that.
 */
export function planDevices(
  existing: ReadonlyMap<string, DeviceRecord>,
  changes: readonly DeviceChange[],
  setting: PlanSetting,
): ObjectPlan<DeviceRecord> {
  const after = new Map<string, DeviceRecord | undefined>()
  const problems: Problem[] = []
  for (const change of changes) {
    if (change.kind === 'unreadable') {
      const values = { property: change.property }
      problems.push({ kind: 'device', entraId: change.id, code: 'unreadableProperty', values })
      continue
    }
    const before = after.has(change.id) ? after.get(change.id) : existing.get(change.id)
    after.set(change.id, applyChange(before, change, setting))
  }
  return { ...sumUp(existing, after, tellDevice), problems }
}

function applyChange(
  before: DeviceRecord | undefined,
  change: Exclude<DeviceChange, { kind: 'unreadable' }>,
  setting: PlanSetting,
): DeviceRecord | undefined {
  if (change.kind !== 'changed') {
    if (!before || before.state === 'removed') return before
    return { ...before, state: 'removed', removed_at: setting.now, changed_at: setting.now }
  }
  const candidate: DeviceRecord = {
    ...(before ?? {
      organization_id: setting.organization,
      id: setting.newId(),
      entra_id: change.id,
      created_at: setting.now,
      changed_at: setting.now,
    }),
    ...takeOver(before ?? {}, change.properties),
    state: 'active',
    removed_at: null,
    generation: setting.generation,
  }
  if (!before || isSame(before, candidate)) return candidate
  return { ...candidate, changed_at: setting.now }
}

function takeOver(before: Partial<DeviceRecord>, came: DeviceProperties) {
  return {
    device_id: taken(came.deviceId, before.device_id, null),
    display_name: taken(came.displayName, before.display_name, null),
    account_enabled: taken(came.accountEnabled, before.account_enabled, true),
    operating_system: taken(came.operatingSystem, before.operating_system, null),
    operating_system_version: taken(
      came.operatingSystemVersion,
      before.operating_system_version,
      null,
    ),
    trust_type: taken(came.trustType, before.trust_type, null),
    profile_type: taken(came.profileType, before.profile_type, null),
    is_managed: taken(came.isManaged, before.is_managed, null),
    is_compliant: taken(came.isCompliant, before.is_compliant, null),
    management_type: taken(came.managementType, before.management_type, null),
    mdm_app_id: taken(came.mdmAppId, before.mdm_app_id, null),
    device_ownership: taken(came.deviceOwnership, before.device_ownership, null),
    manufacturer: taken(came.manufacturer, before.manufacturer, null),
    model: taken(came.model, before.model, null),
    physical_ids: taken(came.physicalIds, before.physical_ids, []),
    on_premises_sync_enabled: taken(
      came.onPremisesSyncEnabled,
      before.on_premises_sync_enabled,
      false,
    ),
    last_sign_in_at: taken(came.approximateLastSignInDateTime, before.last_sign_in_at, null),
    registered_at: taken(came.registrationDateTime, before.registered_at, null),
    compliance_expires_at: taken(
      came.complianceExpirationDateTime,
      before.compliance_expires_at,
      null,
    ),
  }
}

/** API name of each column that the history tells; when a device was last used is no change of it. */
const TOLD: Readonly<Partial<Record<keyof DeviceRecord, string>>> = {
  display_name: 'displayName',
  account_enabled: 'accountEnabled',
  operating_system: 'operatingSystem',
  operating_system_version: 'operatingSystemVersion',
  trust_type: 'trustType',
  is_managed: 'isManaged',
  is_compliant: 'isCompliant',
  mdm_app_id: 'mdmAppId',
  device_ownership: 'deviceOwnership',
}

function tellDevice(before: DeviceRecord | undefined, after: DeviceRecord): Change | undefined {
  const { entra_id: entraId, id, display_name: name } = after
  const told = { object: 'device' as const, entraId, id, name }
  if (!before) return { ...told, change: 'created' }
  if (after.state !== before.state) {
    return { ...told, change: after.state === 'removed' ? 'removed' : 'restored' }
  }
  const fields = diffFields(before, after, TOLD)
  return Object.keys(fields).length > 0 ? { ...told, change: 'updated', fields } : undefined
}
