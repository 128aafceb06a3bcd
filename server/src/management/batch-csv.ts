import { BYTE_ORDER_MARK, toCsvLine } from '../platform/csv.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { listBatchCommands, type NamedCommandRow } from './command-batches-store.ts'
import { outcomeOf } from './command-outcome.ts'
import { renderCommand } from './render-command.ts'

/** The names of the API, in every language. */
const COLUMNS = [
  'deviceId',
  'deviceName',
  'kind',
  'outcome',
  'createdAt',
  'sentAt',
  'endedAt',
  'result',
  'code',
  'originalError',
] as const

const AT_ONCE = 500

/** Every device of a request, some hundred at a time. */
export async function* readBatchCommands(
  db: Db,
  organization: OrganizationId,
  batch: string,
): AsyncGenerator<readonly NamedCommandRow[]> {
  let before: number | undefined
  while (true) {
    const asked = { batch, outcome: undefined, before, limit: AT_ONCE }
    const rows = await listBatchCommands(db, organization, asked)
    if (rows.length > 0) yield rows
    if (rows.length < AT_ONCE) return
    before = rows.at(-1)?.number
  }
}

/** What came of a request, a line for each device. @see RFC 4180 */
export async function* toOutcomeCsv(
  chunks: AsyncIterable<readonly NamedCommandRow[]>,
  words: { readonly texts: Texts; readonly language: Language },
): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${toCsvLine(COLUMNS)}`
  for await (const chunk of chunks) {
    yield chunk.map((row) => toCsvLine(toCells(row, words))).join('')
  }
}

function toCells(
  row: NamedCommandRow,
  words: { readonly texts: Texts; readonly language: Language },
): (string | null)[] {
  const { createdAt, sentAt, endedAt, result } = renderCommand(row, words)
  // Where one of several nodes refused, that is the one to know.
  const telling = result?.answers.find(({ code }) => code >= 300) ?? result?.answers[0]
  return [
    row.device_id,
    row.device_name,
    row.kind,
    outcomeOf(row),
    createdAt,
    sentAt,
    endedAt,
    result?.text ?? null,
    telling ? String(telling.code) : null,
    telling?.originalError ?? null,
  ]
}
