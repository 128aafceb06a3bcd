import { isSerialNumber } from '../devices/index.ts'
import type { ContextItems } from '../formats/enrolment/security-token.ts'

/** What a device says of itself in its request: believed for lists, and proves nothing. */
export type DeviceFacts = {
  readonly name: string
  readonly mdmDeviceId: string
  readonly hardwareId: string | undefined
  readonly serialNumber: string | undefined
  readonly manufacturer: string | undefined
  readonly model: string | undefined
  /** `10.0.26100.4349`. */
  readonly build: string | undefined
  /** Windows' number of the edition. */
  readonly edition: string | undefined
  readonly locale: string | undefined
  /** Whether the machine is enrolled, or a person on it. */
  readonly scope: 'device' | 'user'
  /** What the terms of use gave it. */
  readonly receipt: string | undefined
  /** Everything but the receipt, short enough to keep. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

const MOST_KEPT_CHARACTERS = 300
const MOST_KEPT_VALUES = 16

/** Every item is optional, whatever the version; control characters are taken out. @see windows-mdm.md 4.3 */
export function readDeviceFacts(items: ContextItems): DeviceFacts {
  const text = (name: string) => clean(items.get(name)?.[0] ?? '') || undefined
  const mdmDeviceId = text('DeviceID') ?? ''
  const serial = text('SerialNumber')
  return {
    name:
      text('DeviceName') ??
      (mdmDeviceId === '' ? 'Windows' : mdmDeviceId.slice(0, 15).toWellFormed()),
    mdmDeviceId,
    hardwareId: text('HWDevID')?.toLowerCase(),
    serialNumber: serial && isSerialNumber(serial) ? serial : undefined,
    manufacturer: text('Manufacturer'),
    model: text('DeviceModel'),
    build: text('OSVersion') ?? text('ApplicationVersion'),
    edition: text('OSEdition'),
    locale: text('Locale'),
    scope: text('EnrollmentType')?.toLowerCase() === 'device' ? 'device' : 'user',
    receipt: items.get('EnrollmentData')?.[0]?.trim() || undefined,
    context: toKept(items),
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that no name has.
const CONTROL = /[\x00-\x1f\x7f]/g

/** A character that is cut in two is none that a database keeps. */
const clean = (value: string) =>
  value.replace(CONTROL, ' ').trim().slice(0, MOST_KEPT_CHARACTERS).toWellFormed()

function toKept(items: ContextItems): Record<string, readonly string[]> {
  const kept = [...items].filter(([name]) => name !== 'EnrollmentData')
  return Object.fromEntries(
    kept.map(([name, values]) => [clean(name), values.slice(0, MOST_KEPT_VALUES).map(clean)]),
  )
}
