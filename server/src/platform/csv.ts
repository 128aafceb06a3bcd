/** Excel takes a file for UTF-8 only if it begins with this. */
export const BYTE_ORDER_MARK = '\ufeff'

/** A line of CSV; lines end with CRLF. @see RFC 4180 §2.1 */
export const toCsvLine = (cells: readonly (string | null)[]) => `${cells.map(toCell).join(',')}\r\n`

function toCell(value: string | null): string {
  if (value === null) return ''
  // A spreadsheet would calculate with it: names are chosen by people, some of them strangers
  // (OWASP "CSV Injection").
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  // RFC 4180 §2.6 and §2.7.
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
