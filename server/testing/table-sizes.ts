import { type RawBuilder, sql } from 'kysely'
import { openDatabase } from '../src/platform/database.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'

/** Rows and bytes, indexes included, by table. */
export type TableSizes = Readonly<
  Record<string, { readonly rows: number; readonly bytes: number } | undefined>
>

/** How large some tables of a PostgreSQL are at this moment. */
export async function readTableSizes(url: string, tables: readonly string[]): Promise<TableSizes> {
  const database = await openDatabase({ kind: 'postgres', url, poolSize: 1 })
  try {
    const db = acrossOrganizations(database.db)
    const sizes = tables.map(async (table) => {
      const counted: RawBuilder<{ rows: number; bytes: number }> = sql`
        select count(*)::int as rows, pg_total_relation_size(${table}::regclass)::int as bytes
        from ${sql.table(table)}`
      const { rows } = await counted.execute(db)
      return [table, rows[0]] as const
    })
    return Object.fromEntries(await Promise.all(sizes))
  } finally {
    await database.close()
  }
}
