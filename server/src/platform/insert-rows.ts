import { type RawBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** As `insertRows` takes them: by column; `jsonb` as values, not as text. */
export type GivenRow<Table extends keyof Schema> = {
  readonly [Column in keyof Schema[Table]]?: unknown
}

/**
 * The statement that inserts rows, all of the same columns. Their values are one parameter, so that it is
 * the same statement, planned once, however many they are.
 */
export function insertRows<Table extends keyof Schema & string>(
  table: Table,
  rows: readonly GivenRow<Table>[],
): RawBuilder<unknown> {
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.ref(column)))
  const given = JSON.stringify(rows.map((row) => mapValues(row)))
  return sql`insert into ${sql.table(table)} (${columns}) select ${columns}
    from jsonb_populate_recordset(null::${sql.table(table)}, ${given}::jsonb)`
}

const mapValues = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, toGiven(value)]))

/** No database keeps a NUL or half a character. */
function toGiven(value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value
}
