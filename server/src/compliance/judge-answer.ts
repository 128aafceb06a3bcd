import type { EntraMark } from '@mooring/contract/compliance'

/** What Entra has of a device. */
export type EntraView = {
  readonly isManaged: boolean
  readonly isCompliant: boolean
  /** The application that manages it; absent: nobody has said. */
  readonly mdmAppId: string | undefined
}

/** Why Entra was not told. `retryMs` absent: not until something changes. */
export type Trouble = { readonly code: TroubleCode; readonly retryMs?: number }
export type TroubleCode =
  | 'deviceUnknown'
  | 'notWindows'
  | 'notMdmApplication'
  | 'otherMdm'
  | 'twoMasters'
  | 'refused'
  | 'notReached'
  | 'notKept'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Without news, a mark is set again this often: nobody documents how long it holds. */
export const AGAIN_MS = DAY_MS

/** How Graph writes a mark. @see graph.md 5.2 */
export function toPatch(mark: EntraMark): { isManaged: boolean; isCompliant: boolean } {
  return { isManaged: mark !== 'unmanaged', isCompliant: mark === 'compliant' }
}

export function isMarked({ isManaged, isCompliant }: EntraView, mark: EntraMark): boolean {
  const wanted = toPatch(mark)
  return isManaged === wanted.isManaged && isCompliant === wanted.isCompliant
}

/** Whether another server manages it in Entra's eyes: two masters would fight for ever. */
export function isOthers({ mdmAppId }: EntraView, clientId: string): boolean {
  return mdmAppId !== undefined && mdmAppId.toLowerCase() !== clientId.toLowerCase()
}

/**
 * What a refusal of Graph means for one device.
 *
 * @param tries how often it was tried before.
 * @see graph.md 5.2, 3.3
 */
export function judgeRefusal(status: number, tries: number): Trouble {
  // Entra registers a device some time after it has joined.
  if (status === 404) return { code: 'deviceUnknown', retryMs: backOff(tries, MINUTE_MS) }
  if (status === 400) return { code: 'notWindows' }
  if (status === 403) return { code: 'notMdmApplication', retryMs: HOUR_MS }
  return { code: 'refused', retryMs: backOff(tries, MINUTE_MS) }
}

/** Nobody answered: it is tried again soon enough that nobody notices when Entra is back. */
export function notReached(tries: number): Trouble {
  return { code: 'notReached', retryMs: Math.min(backOff(tries, MINUTE_MS / 2), 15 * MINUTE_MS) }
}

/** Doubles with each try, up to a day. */
function backOff(tries: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(tries, 20), DAY_MS)
}
