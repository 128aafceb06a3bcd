import type { Device, DeviceDetail } from '@mooring/contract/devices'
import type { Selectable } from 'kysely'
import type { Schema } from '../platform/schema.ts'

/** Our id of a device, and the subject of its certificate. */
export type DeviceId = `dev_${string}`
export type DeviceRow = Selectable<Schema['devices']>

/** A device as lists show it. */
export function toDevice(row: DeviceRow): Device {
  return {
    id: row.id,
    name: row.name,
    entraDeviceId: row.entra_device_id,
    ownership: row.ownership,
    state: row.state,
    user:
      row.user_name === null
        ? null
        : { id: row.user_id, entraId: row.user_entra_id, name: row.user_name },
    operatingSystem: row.operating_system,
    build: row.build,
    edition: row.edition,
    serialNumber: row.serial_number,
    manufacturer: row.manufacturer,
    model: row.model,
    group: row.group_name,
    enrolledAt: row.enrolled_at.toISOString(),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    encrypted: row.encrypted,
    secureBoot: row.secure_boot,
    tpm: row.tpm,
    firewall: row.firewall,
    antivirus: row.antivirus,
    signatures: row.signatures,
    signatureVersion: row.signature_version,
    signaturesSince: row.signatures_since?.toISOString() ?? null,
    freeStorageMb: row.free_storage_mb,
    totalStorageMb: row.total_storage_mb,
    lostAt: row.lost_at?.toISOString() ?? null,
  }
}

/** @param context as `findContext` gives it; left out: nothing of it is told. */
export function toDeviceDetail(row: DeviceRow, context: unknown = {}): DeviceDetail {
  return {
    ...toDevice(row),
    mdmDeviceId: row.mdm_device_id,
    hardwareId: row.hardware_id,
    scope: row.scope,
    locale: row.locale,
    firstEnrolledAt: row.first_enrolled_at.toISOString(),
    enrolments: row.enrolments,
    loss: row.lost_reason === null ? null : { reason: row.lost_reason, by: row.lost_by ?? '' },
    context: context as DeviceDetail['context'], // written by saveEnrolled only
  }
}
