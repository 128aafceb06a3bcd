import { type DeviceGroup, GroupFilter } from '@mooring/contract/device-groups'
import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  addGroup,
  addMembers,
  changeGroup,
  countKnown,
  countMembers,
  deleteGroup,
  findGroup,
  type GroupRow,
  holdNames,
  isNameTaken,
  listGroups,
  lockGroup,
  removeMembers,
} from './groups-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names =
  | 'listDeviceGroups'
  | 'createDeviceGroup'
  | 'getDeviceGroup'
  | 'changeDeviceGroup'
  | 'deleteDeviceGroup'
  | 'addDeviceGroupMembers'
  | 'removeDeviceGroupMembers'

const NameAndId = z.tuple([z.string(), z.string()])

/** Keep groups of devices. Nothing that happens to a group happens to a device. */
export function deviceGroupRoutes({ db, clock }: Parts): Handlers<Names> {
  const detail = async (tx: Db, organization: OrganizationId, row: GroupRow) =>
    toGroup(row, await countMembers(tx, organization, row, clock.now()))

  return {
    async listDeviceGroups({ query }, { organization }) {
      const { limit, cursor, search } = query
      const [name, id] = cursor ? readCursor(cursor, NameAndId) : []
      const after = name === undefined || id === undefined ? undefined : { name, id }
      const rows = await listGroups(db, organization, { search, after, limit: limit + 1 })
      return toPage(rows, limit, {
        item: (row) => toGroup(row, row.filter === null ? row.chosen : null),
        key: (row) => [row.sort_name, row.id],
      })
    },

    async createDeviceGroup({ body }, { organization, caller, audit }) {
      return await db.transaction().execute(async (tx) => {
        await holdNames(tx, organization)
        const row = await addGroup(tx, organization, {
          id: newId('dgr'),
          name: body.name,
          description: body.description || null,
          filter: body.filter,
          created_by: caller.name,
          now: clock.now(),
        })
        if (!row) throw nameTaken()
        const made = await detail(tx, organization, row)
        await audit(tx, {
          action: 'device-group.created',
          object: objectOf(row),
          details: { filter: body.filter ? JSON.stringify(body.filter) : null },
        })
        return made
      })
    },

    async getDeviceGroup({ params }, { organization }) {
      const row = await findGroup(db, organization, params.group)
      if (!row) throw unknown()
      return await detail(db, organization, row)
    },

    async changeDeviceGroup({ params, body }, { organization, audit }) {
      return await db.transaction().execute(async (tx) => {
        await holdNames(tx, organization)
        const before = await demandGroup(tx, organization, params.group)
        if (body.filter && before.filter === null) throw new ApiError(409, 'deviceGroupChosen')
        const { name } = body
        if (name && (await isNameTaken(tx, organization, { name, except: before.id }))) {
          throw nameTaken()
        }
        const now = clock.now()
        const row = await changeGroup(tx, organization, before.id, { ...body, now })
        const changed = await detail(tx, organization, row)
        await audit(tx, {
          action: 'device-group.changed',
          object: objectOf(row),
          changes: compareFields(told(before), told(row)),
        })
        return changed
      })
    },

    async deleteDeviceGroup({ params }, { organization, audit }) {
      await db.transaction().execute(async (tx) => {
        const row = await demandGroup(tx, organization, params.group)
        await deleteGroup(tx, organization, row.id)
        await audit(tx, { action: 'device-group.deleted', object: objectOf(row) })
      })
    },

    async addDeviceGroupMembers({ params, body }, { organization, caller, audit }) {
      return await db.transaction().execute(async (tx) => {
        const row = await demandChosen(tx, organization, params.group)
        const devices = [...new Set(body.devices)]
        // Ids that are of another organization are as unknown as those that never were.
        if ((await countKnown(tx, organization, devices)) !== devices.length) {
          throw new ApiError(422, 'deviceGroupStranger', {
            fields: [{ path: 'devices', message: 'deviceGroupStranger' }],
          })
        }
        const added = { group: row.id, devices, by: caller.name, now: clock.now() }
        const changed = await addMembers(tx, organization, added)
        const deviceCount = await countMembers(tx, organization, row, clock.now())
        await audit(tx, {
          action: 'device-group.members-added',
          object: objectOf(row),
          details: { devices: changed },
        })
        return { changed, deviceCount }
      })
    },

    async removeDeviceGroupMembers({ params, body }, { organization, audit }) {
      return await db.transaction().execute(async (tx) => {
        const row = await demandChosen(tx, organization, params.group)
        const { devices } = body
        const changed = await removeMembers(tx, organization, { group: row.id, devices })
        const deviceCount = await countMembers(tx, organization, row, clock.now())
        await audit(tx, {
          action: 'device-group.members-removed',
          object: objectOf(row),
          details: { devices: changed },
        })
        return { changed, deviceCount }
      })
    },
  }
}

function toGroup(row: GroupRow, deviceCount: number | null): DeviceGroup {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    filter: row.filter === null ? null : GroupFilter.parse(row.filter),
    deviceCount,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    changedAt: row.changed_at.toISOString(),
  }
}

const objectOf = ({ id, name }: GroupRow) => ({ kind: 'deviceGroup', id, name })

/** What a change is told by; a filter as one text, for it means something as a whole. */
const told = ({ name, description, filter }: GroupRow) => ({
  name,
  description,
  filter: filter === null ? null : JSON.stringify(filter),
})

const unknown = () => new ApiError(404, 'deviceGroupUnknown')
const nameTaken = () =>
  new ApiError(409, 'deviceGroupNameTaken', {
    fields: [{ path: 'name', message: 'deviceGroupNameTaken' }],
  })

async function demandGroup(tx: Db, organization: OrganizationId, id: string): Promise<GroupRow> {
  const row = await lockGroup(tx, organization, id)
  if (!row) throw unknown()
  return row
}

/** Nobody is put into a group that a filter makes, or taken out of it. */
async function demandChosen(tx: Db, organization: OrganizationId, id: string): Promise<GroupRow> {
  const row = await demandGroup(tx, organization, id)
  if (row.filter !== null) throw new ApiError(409, 'deviceGroupFiltered')
  return row
}
