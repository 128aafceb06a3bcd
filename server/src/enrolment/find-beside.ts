import { countDevicesOf, listBeside, lockByHardware } from '../devices/index.ts'
import type { Db } from '../platform/database.ts'
import type { Bearer } from './identify-bearer.ts'
import type { DeviceFacts } from './read-context.ts'
import { Refused } from './refusal.ts'

type Asked = {
  readonly bearer: Bearer
  readonly facts: DeviceFacts
  /** Whose devices are counted; absent: nobody's are limited. */
  readonly counted: string | undefined
}
export type Beside = {
  /** The row of this very device, if it has enrolled before. */
  readonly known: string | undefined
  /** How many other devices the person has enrolled. */
  readonly others: number
}

/**
 * What is here already beside a device that enrols: its own row, where the same Entra device on the same
 * hardware has enrolled before, and the person's other devices. Hardware ids alone prove nothing, for
 * clones share them; without Entra they count together with the serial number and the person.
 *
 * @throws {Refused} when the Entra device is enrolled by somebody else.
 */
export async function findBeside(tx: Db, asked: Asked): Promise<Beside> {
  const { proof } = asked.bearer
  return proof.kind === 'own'
    ? await besideOwn(tx, asked, proof.token.user_entra_id)
    : await besideEntra(tx, asked, proof.claims)
}

async function besideEntra(
  tx: Db,
  { bearer, facts, counted }: Asked,
  { deviceId, oid }: { readonly deviceId: string | undefined; readonly oid: string },
): Promise<Beside> {
  if (deviceId === undefined) throw new Refused('tokenDeviceMissing')
  const given = { entraDeviceId: deviceId, userEntraId: counted }
  const rows = await listBeside(tx, bearer.organization, given)
  const same = rows.filter(({ entra_device_id: id }) => id === deviceId)
  const isOthers = same.some(
    ({ state, user_entra_id: owner }) => state === 'enrolled' && owner !== null && owner !== oid,
  )
  if (isOthers) throw new Refused('deviceOfAnotherUser')
  const hardware = facts.hardwareId ?? null
  const known = same.find(({ hardware_id: found }) => found === hardware)?.id
  const others = rows.filter(
    ({ id, state, user_entra_id: owner }) =>
      state === 'enrolled' && owner === counted && id !== known,
  )
  return { known, others: others.length }
}

async function besideOwn(
  tx: Db,
  { bearer: { organization }, facts, counted }: Asked,
  userEntraId: string | null,
): Promise<Beside> {
  const { serialNumber, hardwareId } = facts
  const isTold = hardwareId !== undefined && serialNumber !== undefined && userEntraId !== null
  const rows = isTold ? await lockByHardware(tx, organization, hardwareId) : []
  const known = rows.find(
    (row) => row.serial_number === serialNumber && row.user_entra_id === userEntraId,
  )?.id
  if (counted === undefined) return { known, others: 0 }
  const others = await countDevicesOf(tx, organization, { userEntraId: counted, except: known })
  return { known, others }
}
