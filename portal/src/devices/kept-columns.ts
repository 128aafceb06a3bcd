import type { DeviceColumn } from '@mooring/contract/device-lists'
import { readColumns } from './device-search.ts'

const KEY = 'mooring-device-columns'

/** The columns last chosen on this browser; a browser that keeps nothing has none. */
export function readKeptColumns(): readonly DeviceColumn[] | undefined {
  try {
    return readColumns(localStorage.getItem(KEY))
  } catch {
    return undefined
  }
}

export function keepColumns(columns: readonly DeviceColumn[]): void {
  try {
    localStorage.setItem(KEY, columns.join(','))
  } catch {
    // They are in the address as well.
  }
}
