import type { DirectoryChange } from '@mooring/contract/directory'
import { BYTE_ORDER_MARK, toCsvLine } from '../platform/csv.ts'

const COLUMNS = [
  'number',
  'at',
  'object',
  'change',
  'reason',
  'entraId',
  'name',
  'memberKind',
  'memberEntraId',
  'memberName',
  'field',
  'before',
  'after',
] as const

/**
 * Changes as CSV: a line for each field that changed, or one for the object where no field did.
 * Column names are those of the API, in every language.
 *
 * @see RFC 4180
 */
export async function* toCsv(
  chunks: AsyncIterable<readonly DirectoryChange[]>,
): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${toCsvLine(COLUMNS)}`
  for await (const chunk of chunks) yield chunk.flatMap(toRows).map(toCsvLine).join('')
}

function toRows(change: DirectoryChange): (string | null)[][] {
  const about = [
    String(change.number),
    change.at,
    change.object,
    change.change,
    change.reason,
    change.entraId,
    change.name,
    change.member?.kind ?? null,
    change.member?.entraId ?? null,
    change.member?.name ?? null,
  ]
  if (change.fields.length === 0) return [[...about, null, null, null]]
  return change.fields.map(({ name, before, after }) => [...about, name, before, after])
}
