import type { DeviceTraits } from '@mooring/contract/device-traits'
import type { Db } from '../platform/database.ts'
import { sortKey } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { buildNumber } from './build-number.ts'
import { wordsOf } from './device-words.ts'
import { lockDevice, toSearch } from './devices-store.ts'
import { isSerialNumber } from './serial-number.ts'

/**
 * Writes what a device told of itself into its row. What it does not tell of its name, system or hardware
 * stays as its enrolment had it; of its security it is then not known.
 *
 * @param told.signaturesSince since when Defender's signatures are of that version.
 */
export async function saveTraits(
  tx: Db,
  organization: OrganizationId,
  told: {
    readonly device: string
    readonly traits: DeviceTraits
    readonly signaturesSince: Date | undefined
  },
): Promise<void> {
  const { device, traits, signaturesSince } = told
  const row = await lockDevice(tx, organization, device)
  if (!row) return
  const name = traits.name ?? row.name
  const build = traits.build ?? row.build
  const known = {
    name,
    model: traits.model ?? row.model,
    manufacturer: traits.manufacturer ?? row.manufacturer,
    serial_number:
      traits.serialNumber !== null && isSerialNumber(traits.serialNumber)
        ? traits.serialNumber
        : row.serial_number,
  }
  await tx
    .updateTable('devices')
    .set({
      ...known,
      sort_name: sortKey(name),
      build,
      build_number: buildNumber(build ?? '') ?? null,
      edition: traits.edition ?? row.edition,
      encrypted: traits.encrypted,
      secure_boot: traits.secureBoot,
      tpm: traits.tpm,
      firewall: traits.firewall,
      antivirus: traits.antivirus,
      signatures: traits.signatures,
      signature_version: traits.signatureVersion,
      signatures_since: traits.signatureVersion === null ? null : (signaturesSince ?? null),
      free_storage_mb: traits.freeStorageMb,
      total_storage_mb: traits.totalStorageMb,
    })
    .where('organization_id', '=', organization)
    .where('id', '=', device)
    .execute()
  const words = wordsOf({ ...row, ...known })
  if (words === wordsOf(row)) return
  await tx
    .updateTable('device_words')
    .set({ search: toSearch(words) })
    .where('organization_id', '=', organization)
    .where('device_id', '=', device)
    .execute()
}
