import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { toDevice, toDeviceDetail } from './device.ts'
import { openDeviceFilter } from './device-filter-store.ts'
import { listDevices } from './device-list-store.ts'
import { findContext, findDevice } from './devices-store.ts'

const NameAndId = z.tuple([z.string(), z.string()])

/** Look at managed devices. */
export function deviceRoutes({
  db,
  clock,
}: {
  readonly db: Db
  readonly clock: Clock
}): Handlers<'listDevices' | 'getDevice'> {
  return {
    async listDevices({ query }, { organization }) {
      const { limit, cursor, ...filter } = query
      const [name, id] = cursor ? readCursor(cursor, NameAndId) : []
      const after = name === undefined || id === undefined ? undefined : { name, id }
      const rows = await listDevices(db, organization, {
        filter: await openDeviceFilter(db, organization, filter),
        after,
        limit: limit + 1,
        now: clock.now(),
      })
      return toPage(rows, limit, { item: toDevice, key: (row) => [row.sort_name, row.id] })
    },

    async getDevice({ params }, { organization }) {
      const row = await findDevice(db, organization, params.device)
      if (!row) throw new ApiError(404, 'deviceUnknown')
      return toDeviceDetail(row, await findContext(db, organization, row.id))
    },
  }
}
