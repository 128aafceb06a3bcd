import type { DirectoryChange } from '@mooring/contract/directory'

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

/** Excel takes a file for UTF-8 only if it begins with this. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * Changes as CSV: a line for each field that changed, or one for the object where no field did.
 * Column names are those of the API, in every language.
 *
 * @see RFC 4180
 */
export async function* toCsv(
  chunks: AsyncIterable<readonly DirectoryChange[]>,
): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${toLine(COLUMNS)}`
  for await (const chunk of chunks) yield chunk.flatMap(toRows).map(toLine).join('')
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

/** RFC 4180 §2.1: lines end with CRLF. */
const toLine = (cells: readonly (string | null)[]) => `${cells.map(toCell).join(',')}\r\n`

function toCell(value: string | null): string {
  if (value === null) return ''
  // A spreadsheet would calculate with it: names are chosen by people, some of them strangers
  // (OWASP "CSV Injection").
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  // RFC 4180 §2.6 and §2.7.
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
