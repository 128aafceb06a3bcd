import type { CommandOutcome } from '@mooring/contract/command-batches'
import type { CommandRow } from './commands-store.ts'

/** How far a command is, for people. */
export function outcomeOf({
  state,
  uncertain,
}: Pick<CommandRow, 'state' | 'uncertain'>): CommandOutcome {
  if (state === 'held' || state === 'queued') return 'waiting'
  return state === 'sent' && uncertain ? 'uncertain' : state
}
