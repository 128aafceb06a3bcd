import { type DeviceCommand, NewCommand } from '@mooring/contract/management'
import { WipeKind } from '@mooring/contract/wipes'
import type messages from './messages.en.json'

type KnownKind = keyof (typeof messages)['commandKind']

/** Whether it may still become something else by itself. One whose outcome is unknown does not. */
export const isUnderWay = ({ state, uncertain }: DeviceCommand) =>
  state === 'queued' || state === 'held' || (state === 'sent' && !uncertain)

/** Whether the device was not told yet. */
export const canTakeBack = ({ state }: DeviceCommand) => state === 'queued' || state === 'held'

const KINDS: readonly KnownKind[] = [
  ...NewCommand.options.map(({ shape }) => shape.kind.value),
  ...WipeKind.options,
]

/** A kind that this portal has a name for; a newer server may know more. */
export const knownKind = (kind: string): KnownKind | undefined =>
  KINDS.find((known) => known === kind)

/** What is said of a command that has no answer yet, by the key of its words. */
export function explanationOf({ state, uncertain }: DeviceCommand) {
  switch (state) {
    case 'held':
      return 'isHeld'
    case 'queued':
      return 'waits'
    case 'sent':
      return uncertain ? 'isUncertain' : 'isSent'
    case 'expired':
      return 'isExpired'
    case 'cancelled':
      return 'isCancelled'
    case 'succeeded':
    case 'failed':
      return undefined
  }
}
