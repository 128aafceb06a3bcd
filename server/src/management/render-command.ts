import type { DeviceCommand } from '@mooring/contract/management'
import type { Language, Texts } from '../platform/texts.ts'
import type { CommandRow } from './commands-store.ts'
import { renderAsked } from './render-asked.ts'
import { Answer } from './session-state.ts'

const Answers = Answer.array()

/** A command as lists show it, its answer in words. */
export function renderCommand(
  row: CommandRow,
  { texts, language }: { readonly texts: Texts; readonly language: Language },
): DeviceCommand {
  const answers = row.answers === null ? undefined : Answers.parse(row.answers)
  return {
    id: row.id,
    kind: row.kind,
    asked: renderAsked(row.parameters),
    batch: row.command_batch_id,
    retriable: isRetriable(row),
    state: row.state,
    uncertain: row.uncertain,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    sentAt: row.sent_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
    result: answers
      ? {
          text: texts.say(language, `management.answer.${wordsFor(row, answers)}`),
          answers,
        }
      : null,
  }
}

/** Whether it did not come about, or nobody knows; what takes devices away is asked for anew at its guard. */
export function isRetriable({
  state,
  uncertain,
  batch_id,
}: Pick<CommandRow, 'state' | 'uncertain' | 'batch_id'>): boolean {
  if (batch_id !== null) return false
  return state === 'failed' || state === 'expired' || (state === 'sent' && uncertain)
}

/** What the codes of OMA-DM mean to somebody who gave a command. @see windows-mdm.md 5.4 */
const WORDS: Readonly<Record<number, string>> = {
  400: 'malformed',
  401: 'credentials',
  403: 'notAllowed',
  404: 'absent',
  405: 'notAllowed',
  406: 'unsupported',
  407: 'credentials',
  415: 'unsupported',
  418: 'exists',
  420: 'full',
  425: 'denied',
  500: 'failed',
  507: 'rolledBack',
  516: 'rolledBack',
}

function wordsFor({ state, kind }: CommandRow, answers: readonly Answer[]): string {
  if (state === 'succeeded') {
    // Agreeing is not leaving. @see windows-mdm.md 9.4 no. 9
    if (kind === 'unenrol') return 'leaving'
    return answers.some(({ code }) => code === 202) ? 'accepted' : 'done'
  }
  const first = answers.find(({ code }) => code >= 300 && code !== 215 && code !== 216)
  return WORDS[first?.code ?? 500] ?? 'failed'
}
