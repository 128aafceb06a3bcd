import type { CommandState } from '@mooring/contract/management'
import type { Wipe, WipeDetail, WipeGuard } from '@mooring/contract/wipes'

const DAY_MS = 24 * 60 * 60_000

type Devices = WipeDetail['devices']
const countOf = (devices: Devices, ...states: readonly CommandState[]) =>
  devices.filter(({ state }) => states.includes(state)).length

/** Whether there is a device that was not told yet. */
export const canTakeBack = ({ cancelled, devices }: Pick<WipeDetail, 'cancelled' | 'devices'>) =>
  cancelled === null && countOf(devices, 'held', 'queued') > 0

/** Who reads it: whether it is their own request, and whether they may approve. */
type Reader = { readonly isOwn: boolean; readonly mayWipe: boolean }

/** What is left to do, as the key of its words, with the number in them. */
export function leftOf(
  { state, devices }: Pick<WipeDetail, 'state' | 'devices'>,
  { isOwn, mayWipe, isFrozen }: Reader & { readonly isFrozen: boolean },
) {
  switch (state) {
    case 'awaitingApproval':
      if (isFrozen) return { key: 'frozen' } as const
      if (isOwn) return { key: 'others' } as const
      return { key: mayWipe ? 'approve' : 'mayNot' } as const
    case 'held':
      return { key: isFrozen ? 'frozen' : 'held' } as const
    case 'expired':
      // As long as its devices wait for it, they cannot be asked for anew.
      return { key: countOf(devices, 'held') > 0 ? 'expired' : 'never' } as const
    case 'cancelled': {
      const told = countOf(devices, 'sent', 'succeeded', 'failed')
      return told === 0
        ? ({ key: 'cancelled' } as const)
        : ({ key: 'cancelledLate', count: told } as const)
    }
    case 'released':
      return leftOfReleased(devices, isFrozen)
  }
}

/** What went wrong comes first: for it alone somebody has to do something. */
function leftOfReleased(devices: Devices, isFrozen: boolean) {
  const failed = countOf(devices, 'failed', 'expired')
  if (failed > 0) return { key: 'failed', count: failed } as const
  const waiting = countOf(devices, 'held', 'queued')
  if (waiting > 0 && isFrozen) return { key: 'frozen' } as const
  if (waiting > 0) return { key: 'waiting', count: waiting } as const
  const told = countOf(devices, 'sent')
  return told > 0 ? ({ key: 'told', count: told } as const) : ({ key: 'done' } as const)
}

/** How the organization stands: frozen before all, then what waits for people. */
export function standingOf(guard: WipeGuard, wipes: readonly Wipe[]) {
  if (guard.frozen) return { key: 'frozen', ...guard.frozen } as const
  const count = (wanted: Wipe['state']) => wipes.filter(({ state }) => state === wanted).length
  const awaiting = count('awaitingApproval')
  if (awaiting > 0) return { key: 'awaiting', count: awaiting } as const
  const held = count('held')
  return held > 0 ? ({ key: 'held', count: held } as const) : ({ key: 'nothing' } as const)
}

/** Who has said that wipes may go on, as long as it counts: a day. */
export function freshThaw({ thawAsked }: WipeGuard, nowMs: number): WipeGuard['thawAsked'] {
  return thawAsked && nowMs - Date.parse(thawAsked.at) < DAY_MS ? thawAsked : null
}
