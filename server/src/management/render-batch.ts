import { type BatchDevice, CommandBatch, LeftOutReason } from '@mooring/contract/command-batches'
import type { Language, Texts } from '../platform/texts.ts'
import type { BatchRow, NamedCommandRow, Progress } from './command-batches-store.ts'
import { renderAsked } from './render-asked.ts'
import { renderCommand } from './render-command.ts'

/** A request as lists show it. */
export function renderBatch(row: BatchRow, progress: Progress): CommandBatch {
  const leftOut = row.left_out as Partial<Record<LeftOutReason, number>> // written by giveToMany only
  return {
    id: row.id,
    kind: row.kind,
    asked: renderAsked(row.command),
    target: CommandBatch.shape.target.parse(row.target),
    matched: row.matched,
    deviceCount: row.device_count,
    leftOut: LeftOutReason.options.flatMap((reason) => {
      const count = leftOut[reason]
      return count ? [{ reason, count }] : []
    }),
    progress,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    cancelled:
      row.cancelled_at && row.cancelled_by !== null
        ? { name: row.cancelled_by, at: row.cancelled_at.toISOString() }
        : null,
  }
}

type Words = { readonly texts: Texts; readonly language: Language }

/** A command with the device it is for. */
export function renderNamed(row: NamedCommandRow, words: Words): BatchDevice {
  return {
    device: { id: row.device_id, name: row.device_name },
    command: renderCommand(row, words),
  }
}
