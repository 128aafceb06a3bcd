import { searchWords } from '../platform/folding.ts'
import type { DeviceRow } from './device.ts'

/** The words by which a device is found. */
export function wordsOf(
  device: Pick<
    DeviceRow,
    | 'id'
    | 'name'
    | 'serial_number'
    | 'manufacturer'
    | 'model'
    | 'user_name'
    | 'user_principal_name'
    | 'entra_device_id'
  >,
): string {
  const { id, name, serial_number: serial, manufacturer, model } = device
  return searchWords([
    name,
    serial,
    manufacturer,
    model,
    device.user_name,
    device.user_principal_name,
    device.entra_device_id,
    id,
  ])
}
