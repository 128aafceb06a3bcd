import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { type DeviceBeside, listBesideEach } from './beside-store.ts'
export { type DeviceId, type DeviceRow, toDeviceDetail } from './device.ts'
export { fitsFilter, openDeviceFilter } from './device-filter-store.ts'
export { listDevices } from './device-list-store.ts'
export { saveTraits } from './device-traits-store.ts'
export { deviceRoutes } from './devices-routes.ts'
export {
  countDevicesOf,
  type EnrolledDevice,
  endEnrolment,
  findDevice,
  lockByHardware,
  lockDevice,
  markSeen,
  markUnweighed,
  saveEnrolled,
} from './devices-store.ts'
export { deviceGroupRoutes } from './groups-routes.ts'
export { findGroup } from './groups-store.ts'
export { saveNew } from './new-devices-store.ts'
export { endLoss, listDevicesOf, lockDeviceOf, markLost } from './own-devices-store.ts'
export { isSerialNumber } from './serial-number.ts'
export { deviceViewRoutes } from './views-routes.ts'

/** What this room says, in both languages. */
export const devicesTexts = { en, de }
