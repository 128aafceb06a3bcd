import { type DeviceRow, lockByEntraDevice, lockByHardware } from '../devices/index.ts'
import type { Db } from '../platform/database.ts'
import type { Bearer } from './identify-bearer.ts'
import type { DeviceFacts } from './read-context.ts'
import { Refused } from './refusal.ts'

/**
 * The row of this very device, if it has enrolled before: the same Entra device on the same hardware.
 * Hardware ids alone prove nothing, for clones share them; without Entra they count together with the
 * serial number and the person.
 *
 * @throws {Refused} when the Entra device is enrolled by somebody else.
 */
export async function findKnown(
  tx: Db,
  { bearer, facts }: { readonly bearer: Bearer; readonly facts: DeviceFacts },
): Promise<DeviceRow | undefined> {
  const { organization, proof } = bearer
  if (proof.kind === 'own') {
    const { serialNumber, hardwareId } = facts
    const userEntraId = proof.token.user_entra_id
    if (hardwareId === undefined || serialNumber === undefined || userEntraId === null) {
      return undefined
    }
    const rows = await lockByHardware(tx, organization, hardwareId)
    return rows.find(
      (row) => row.serial_number === serialNumber && row.user_entra_id === userEntraId,
    )
  }
  const { deviceId, oid } = proof.claims
  if (deviceId === undefined) throw new Refused('tokenDeviceMissing')
  const rows = await lockByEntraDevice(tx, organization, deviceId)
  const isOthers = rows.some(
    ({ state, user_entra_id: owner }) => state === 'enrolled' && owner !== null && owner !== oid,
  )
  if (isOthers) throw new Refused('deviceOfAnotherUser')
  return rows.find(({ hardware_id: hardware }) => hardware === (facts.hardwareId ?? null))
}
