import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { readBatchCommands, toOutcomeCsv } from './batch-csv.ts'
import {
  type BatchRow,
  cancelBatchCommands,
  countProgress,
  findBatch,
  listBatchCommands,
  listBatches,
  listSingleCommands,
  markCancelled,
  NO_PROGRESS,
} from './command-batches-store.ts'
import { giveToMany, previewForMany } from './give-to-many.ts'
import { renderBatch, renderNamed } from './render-batch.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly texts: Texts }
type Names =
  | 'listCommandQueue'
  | 'previewCommandBatch'
  | 'createCommandBatch'
  | 'getCommandBatch'
  | 'listCommandBatchDevices'
  | 'exportCommandBatch'
  | 'cancelCommandBatch'

const OneNumber = z.tuple([z.number().int()])

/** Tell many devices something, and see what came of it. */
export function commandBatchRoutes({ db, clock, texts }: Parts): Handlers<Names> {
  return {
    async listCommandQueue({ query }, { organization, language }) {
      const { limit, cursor } = query
      const [at, id] = cursor ? readCursor(cursor, TimeAndId) : []
      const before = at === undefined || id === undefined ? undefined : { at: new Date(at), id }
      const asked = { before, limit: limit + 1 }
      const [batches, singles] = await Promise.all([
        listBatches(db, organization, asked),
        listSingleCommands(db, organization, asked),
      ])
      const rows = [...batches, ...singles].sort(newestFirst).slice(0, limit + 1)
      const shown = rows.flatMap((row) => ('digest' in row ? [row.id] : []))
      const progress = await countProgress(db, organization, shown)
      return toPage(rows, limit, {
        item: (row) =>
          'digest' in row
            ? { kind: 'batch', batch: renderBatch(row, progress.get(row.id) ?? NO_PROGRESS) }
            : { kind: 'single', ...renderNamed(row, { texts, language }) },
        key: (row) => [row.created_at.toISOString(), row.id],
      })
    },

    previewCommandBatch: ({ body }, { organization }) =>
      previewForMany(db, organization, body, clock.now()),

    async createCommandBatch({ body }, call) {
      return await detail(db, call.organization, await giveToMany(db, call, body, clock.now()))
    },

    async getCommandBatch({ params }, { organization }) {
      return await detail(db, organization, await demandBatch(db, organization, params.batch))
    },

    async listCommandBatchDevices({ params, query }, { organization, language }) {
      const { id: batch } = await demandBatch(db, organization, params.batch)
      const { limit, cursor, outcome } = query
      const [before] = cursor ? readCursor(cursor, OneNumber) : []
      const asked = { batch, outcome, before, limit: limit + 1 }
      const rows = await listBatchCommands(db, organization, asked)
      return toPage(rows, limit, {
        item: (row) => renderNamed(row, { texts, language }),
        key: (row) => [row.number],
      })
    },

    async exportCommandBatch({ params }, { organization, language, audit }) {
      const batch = await demandBatch(db, organization, params.batch)
      // Names of many devices leave at once.
      const note = {
        action: 'device.commands-exported',
        object: { kind: 'commandBatch', id: batch.id },
      } as const
      await db.transaction().execute((tx) => audit(tx, note))
      const chunks = readBatchCommands(db, organization, batch.id)
      return toOutcomeCsv(chunks, { texts, language })
    },

    async cancelCommandBatch({ params }, { organization, caller, audit }) {
      return await db.transaction().execute(async (tx) => {
        const now = clock.now()
        const { id: batch, kind } = await demandBatch(tx, organization, params.batch)
        const spared = await cancelBatchCommands(tx, organization, { batch, now })
        if (spared === 0) throw new ApiError(409, 'commandsNotWaiting')
        const row = await markCancelled(tx, organization, { batch, by: caller.name, now })
        const cancelled = await detail(tx, organization, row)
        await audit(tx, {
          action: 'device.commands-cancelled',
          object: { kind: 'commandBatch', id: batch },
          details: { kind, devices: spared, of: row.device_count },
        })
        return cancelled
      })
    },
  }
}

type Placed = { readonly created_at: Date; readonly id: string }

/** As the database orders them, whatever the language here. */
function newestFirst(one: Placed, other: Placed): number {
  const byTime = other.created_at.getTime() - one.created_at.getTime()
  return byTime || (one.id < other.id ? 1 : -1)
}

async function detail(db: Db, organization: OrganizationId, row: BatchRow) {
  const progress = await countProgress(db, organization, [row.id])
  return renderBatch(row, progress.get(row.id) ?? NO_PROGRESS)
}

async function demandBatch(db: Db, organization: OrganizationId, id: string): Promise<BatchRow> {
  const row = await findBatch(db, organization, { id })
  if (!row) throw new ApiError(404, 'commandBatchUnknown')
  return row
}
