import { CompiledQuery } from 'kysely'
import type { Db } from './database.ts'

/**
 * Writes new rows, as fast as the database takes them.
 *
 * @param columns in the order of the values.
 * @param rows what is `null` or `undefined` is null.
 * @throws what the database throws, e.g. when there is such a row already.
 */
export async function copyRows(
  tx: Db,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly unknown[]>,
): Promise<void> {
  let text = ''
  for (const row of rows) text += `${row.map(toField).join('\t')}\n`
  if (text === '') return
  const names = columns.map(quote).join(', ')
  await tx.executeQuery(CompiledQuery.raw(`copy ${quote(table)} (${names}) from stdin`, [text]))
}

/** A name of ours, which has no quotes in it. */
const quote = (name: string): string => `"${name}"`

/** @see PostgreSQL "COPY" › Text Format */
function toField(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return escapeField(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return escapeField(toArray(value))
  return typeof value === 'object' ? escapeField(JSON.stringify(value)) : String(value)
}

const SPECIAL = /[\\\t\n\r]/
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

const escapeField = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (letter) => ESCAPED[letter] ?? letter) : text

/** An array of texts. */
const toArray = (values: readonly unknown[]): string =>
  `{${values.map((value) => `"${String(value).replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
