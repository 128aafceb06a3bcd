import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { toDevice, toDeviceDetail } from './device.ts'
import { findDevice, listDevices } from './devices-store.ts'

const NameAndId = z.tuple([z.string(), z.string()])

/** Look at managed devices. */
export function deviceRoutes({ db }: { readonly db: Db }): Handlers<'listDevices' | 'getDevice'> {
  return {
    async listDevices({ query }, { organization }) {
      const { limit, cursor, ...filter } = query
      const [name, id] = cursor ? readCursor(cursor, NameAndId) : []
      const after = name === undefined || id === undefined ? undefined : { name, id }
      const rows = await listDevices(db, organization, { ...filter, after, limit: limit + 1 })
      return toPage(rows, limit, { item: toDevice, key: (row) => [row.sort_name, row.id] })
    },

    async getDevice({ params }, { organization }) {
      const row = await findDevice(db, organization, params.device)
      if (!row) throw new ApiError(404, 'deviceUnknown')
      return toDeviceDetail(row)
    },
  }
}
