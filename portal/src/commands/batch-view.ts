import type { CommandBatch } from '@mooring/contract/command-batches'
import { CommandOutcome } from '@mooring/contract/command-batches'
import type { DeviceCommand } from '@mooring/contract/management'
import type { BarPart } from '../ui/Bar.tsx'
import type { Tone } from '../ui/tone.ts'

export type Progress = CommandBatch['progress']

export const OUTCOME_TONES = {
  waiting: 'info',
  sent: 'busy',
  succeeded: 'ok',
  failed: 'wrong',
  uncertain: 'attention',
  cancelled: 'off',
  expired: 'unknown',
} satisfies Record<CommandOutcome, Tone>

/** In the order in which a bar shows them: what is settled first. */
const SHOWN = [
  'succeeded',
  'failed',
  'uncertain',
  'expired',
  'cancelled',
  'sent',
  'waiting',
] as const satisfies readonly CommandOutcome[]

/** The outcomes that there are, each with how many. */
export function partsOf(progress: Progress): { outcome: CommandOutcome; count: number }[] {
  return SHOWN.map((outcome) => ({ outcome, count: progress[outcome] })).filter(
    ({ count }) => count > 0,
  )
}

/** A bar that fills: what only waits is what is still empty of it. */
export function barOf(progress: Progress): { parts: BarPart[]; total: number } {
  const parts = partsOf(progress)
  return {
    parts: parts
      .filter(({ outcome }) => outcome !== 'waiting')
      .map(({ outcome, count }) => ({ tone: OUTCOME_TONES[outcome], value: count })),
    total: parts.reduce((sum, { count }) => sum + count, 0),
  }
}

/** Whether something may still become something else by itself. */
export const isBatchUnderWay = ({ waiting, sent }: Progress) => waiting + sent > 0

/** What can be asked for once more. */
export const retriableOf = (progress: Progress) =>
  (['failed', 'uncertain', 'expired'] as const).filter((outcome) => progress[outcome] > 0)

export function outcomeOf({
  state,
  uncertain,
}: Pick<DeviceCommand, 'state' | 'uncertain'>): CommandOutcome {
  if (state === 'held' || state === 'queued') return 'waiting'
  return state === 'sent' && uncertain ? 'uncertain' : state
}

/** The outcome that an address asks for. */
export const readOutcome = (text: string | undefined): CommandOutcome | undefined =>
  CommandOutcome.options.find((outcome) => outcome === text)
