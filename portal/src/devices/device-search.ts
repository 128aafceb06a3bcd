import type { DeviceState } from '@mooring/contract/devices'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

export const DEVICE_STATES = [
  'enrolled',
  'unenrolled',
  'wiped',
] as const satisfies readonly DeviceState[]

/** What the address of the list of devices asks for; what it cannot mean is left out. */
export function readDeviceSearch(search: PlainSearch) {
  return {
    search: search['search'],
    state: oneOf(DEVICE_STATES, search['state']),
    /** The directory's id of a person, or the one in Entra. */
    user: search['user'],
    cursor: search['cursor'],
  }
}
export type DeviceSearch = ReturnType<typeof readDeviceSearch>

export const NO_DEVICE_FILTER = { search: undefined, state: undefined, user: undefined }
export const isRefined = ({ search, state, user }: DeviceSearch) => Boolean(search || state || user)
