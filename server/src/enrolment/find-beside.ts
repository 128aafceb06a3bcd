import {
  countDevicesOf,
  type DeviceBeside,
  listBesideEach,
  lockByHardware,
} from '../devices/index.ts'
import type { EnrolmentClaims } from '../entra/enrolment-token.ts'
import type { Db } from '../platform/database.ts'
import type { Bearer } from './identify-bearer.ts'
import type { DeviceFacts } from './read-context.ts'
import { type Refusal, Refused } from './refusal.ts'

export type { DeviceBeside }

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
  claims: EnrolmentClaims,
): Promise<Beside> {
  const asked = { entraDeviceId: claims.deviceId, userEntraId: counted }
  const [rows = []] = await listBesideEach(tx, bearer.organization, [asked])
  const judged = judgeBeside(rows, claims, facts)
  if (judged.kind === 'refused') throw new Refused(judged.refusal)
  return judged
}

/** What rows of the Entra device and of its person mean. */
export function judgeBeside(
  rows: readonly DeviceBeside[],
  { deviceId, oid }: Pick<EnrolmentClaims, 'deviceId' | 'oid'>,
  facts: Pick<DeviceFacts, 'hardwareId'>,
):
  | ({ readonly kind: 'beside' } & Beside)
  | { readonly kind: 'refused'; readonly refusal: Refusal } {
  if (deviceId === undefined) return { kind: 'refused', refusal: 'tokenDeviceMissing' }
  const same = rows.filter(({ entra_device_id: id }) => id === deviceId)
  const isOthers = same.some(
    ({ state, user_entra_id: owner }) => state === 'enrolled' && owner !== null && owner !== oid,
  )
  if (isOthers) return { kind: 'refused', refusal: 'deviceOfAnotherUser' }
  const hardware = facts.hardwareId ?? null
  const known = same.find(({ hardware_id: found }) => found === hardware)?.id
  const others = rows.filter(({ id, counts }) => counts && id !== known)
  return { kind: 'beside', known, others: others.length }
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
