import { gunzipSync, gzipSync } from 'node:zlib'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type ChangeRow, readChangesAfter } from './record-changes-store.ts'

const CHUNK = 2000

/** Changes that were undone, kept packed: a first dry run of a large tenant has a million of them. */
export class ChangePile {
  readonly #chunks: Buffer[] = []

  /** Takes what a transaction has written to the feed since it had `before` changes. */
  static async collect(tx: Db, organization: OrganizationId, before: number): Promise<ChangePile> {
    const pile = new ChangePile()
    for (let after = before; ; ) {
      const rows = await readChangesAfter(tx, organization, after, CHUNK)
      if (rows.length === 0) return pile
      pile.#chunks.push(gzipSync(JSON.stringify(rows), { level: 1 }))
      after = Number(rows.at(-1)?.number)
    }
  }

  /** In the order in which they were made. */
  *chunks(): Generator<readonly ChangeRow[]> {
    for (const chunk of this.#chunks) yield JSON.parse(gunzipSync(chunk).toString())
  }
}

/** Ends a transaction so that nothing of it stays but what it found out. */
export class Undone<T> extends Error {
  readonly found: T
  readonly changes: ChangePile

  constructor(found: T, changes: ChangePile) {
    super('undone on purpose')
    this.found = found
    this.changes = changes
  }
}
