import type { DeviceColumn } from '@mooring/contract/device-lists'
import type { Device } from '@mooring/contract/devices'
import { editionName } from '@mooring/contract/editions'
import { BYTE_ORDER_MARK, toCsvLine } from '../platform/csv.ts'
import type { Language, Texts } from '../platform/texts.ts'

type Telling = {
  readonly columns: readonly DeviceColumn[]
  readonly texts: Texts
  readonly language: Language
}

/** Devices as CSV with the columns asked for; heads and words in a language, instants as RFC 3339. */
export async function* toDeviceCsv(
  chunks: AsyncIterable<readonly Device[]>,
  { columns, texts, language }: Telling,
): AsyncGenerator<string> {
  const say = (key: string) => texts.say(language, `deviceList.${key}`)
  yield `${BYTE_ORDER_MARK}${toCsvLine(columns.map((column) => say(`column.${column}`)))}`
  const cells = columns.map((column) => CELLS[column])
  for await (const devices of chunks) {
    yield devices.map((device) => toCsvLine(cells.map((cell) => cell(device, say)))).join('')
  }
}

type Cell = (device: Device, say: (key: string) => string) => string | null

const told =
  (read: (device: Device) => boolean | null): Cell =>
  (device, say) => {
    const value = read(device)
    return say(value === null ? 'told.unknown' : value ? 'told.yes' : 'told.no')
  }
const joined = (...parts: readonly (string | null)[]) =>
  parts.filter((part) => part !== null && part !== '').join(' ') || null

const CELLS: Readonly<Record<DeviceColumn, Cell>> = {
  name: ({ name }) => name,
  user: ({ user }) => user?.name ?? null,
  model: ({ manufacturer, model }) => joined(manufacturer, model),
  serialNumber: ({ serialNumber }) => serialNumber,
  system: ({ operatingSystem, build }) => joined(operatingSystem, build),
  edition: ({ edition }) => (edition === null ? null : editionName(edition)),
  ownership: ({ ownership }, say) => say(`ownership.${ownership}`),
  state: ({ state }, say) => say(`state.${state}`),
  lastSeenAt: ({ lastSeenAt }) => lastSeenAt,
  enrolledAt: ({ enrolledAt }) => enrolledAt,
  encrypted: told(({ encrypted }) => encrypted),
  secureBoot: told(({ secureBoot }) => secureBoot),
  tpm: ({ tpm }, say) => (tpm === null ? say('told.unknown') : tpm === 'none' ? say('noTpm') : tpm),
  firewall: told(({ firewall }) => firewall),
  antivirus: told(({ antivirus }) => antivirus),
  signatures: told(({ signatures }) => signatures),
  freeStorage: ({ freeStorageMb }) => (freeStorageMb === null ? null : String(freeStorageMb)),
  group: ({ group }) => group,
  entraDeviceId: ({ entraDeviceId }) => entraDeviceId,
  id: ({ id }) => id,
}
