import type { DeviceQuery } from '@mooring/contract/device-lists'
import type { Device } from '@mooring/contract/devices'
import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { Texts } from '../platform/texts.ts'
import { toDevice, toDeviceDetail } from './device.ts'
import { DeviceCounts } from './device-counts.ts'
import { toDeviceCsv } from './device-csv.ts'
import { openDeviceFilter } from './device-filter-store.ts'
import { countDevices, type ListedDevice, listDevices, readDevices } from './device-list-store.ts'
import { findContext, findDevice } from './devices-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly texts: Texts }

const NamePlace = z.tuple([z.string(), z.string()])
/** The year 9999 in milliseconds: beyond, PostgreSQL has no instants of ours. */
const NumberPlace = z.tuple([z.number().int().min(0).max(253_402_300_799_999), z.string()])

/** Look at managed devices. */
export function deviceRoutes({
  db,
  clock,
  texts,
}: Parts): Handlers<'listDevices' | 'exportDevices' | 'getDevice'> {
  const counts = new DeviceCounts()
  return {
    async listDevices({ query }, { organization }) {
      const { limit, cursor, sort, descending = false, ...asked } = query
      const now = clock.now()
      const filter = await openDeviceFilter(db, organization, asked)
      const total = await counts.find(organization, JSON.stringify(filter), {
        now,
        count: () => countDevices(db, organization, { filter, now }),
      })
      const rows = await listDevices(db, organization, {
        filter,
        sort,
        descending,
        after: readPlace(query),
        limit: limit + 1,
        now,
        total,
      })
      const page = toPage(rows, limit, { item: toDevice, key: (row) => [row.key, row.id] })
      return { ...page, total: cursor ? null : total }
    },

    async exportDevices({ query }, { organization, audit, language: preferred }) {
      const { sort, descending = false, columns, language = preferred, ...asked } = query
      const filter = await openDeviceFilter(db, organization, asked)
      // What is known of many devices and their people leaves at once.
      await db.transaction().execute((tx) =>
        audit(tx, {
          action: 'device.list-exported',
          details: { filter: JSON.stringify(asked), columns: columns.join(',') },
        }),
      )
      const now = clock.now()
      const total = await countDevices(db, organization, { filter, now })
      const rows = readDevices(db, organization, { filter, sort, descending, now, total })
      return toDeviceCsv(asDevices(rows), { columns, texts, language })
    },

    async getDevice({ params }, { organization }) {
      const row = await findDevice(db, organization, params.device)
      if (!row) throw new ApiError(404, 'deviceUnknown')
      return toDeviceDetail(row, await findContext(db, organization, row.id))
    },
  }
}

function readPlace({ cursor, sort }: DeviceQuery) {
  if (!cursor) return undefined
  const [key, id] = readCursor(cursor, sort === 'name' ? NamePlace : NumberPlace)
  return { key, id }
}

async function* asDevices(
  chunks: AsyncIterable<readonly ListedDevice[]>,
): AsyncGenerator<readonly Device[]> {
  for await (const rows of chunks) yield rows.map(toDevice)
}
