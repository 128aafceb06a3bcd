import type { DeviceView } from '@mooring/contract/device-lists'
import { ApiError } from '../platform/api-error.ts'
import { type AuditNote, compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { type Database, isUniqueViolation } from '../platform/database.ts'
import type { Caller, Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import {
  listViews,
  lockView,
  MOST_VIEWS,
  removeView,
  type StoredView,
  saveView,
} from './views-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names = 'listDeviceViews' | 'createDeviceView' | 'changeDeviceView' | 'deleteDeviceView'

/** Saved lists of devices: everybody's own, and those that the organization shares. */
export function deviceViewRoutes({ db, clock }: Parts): Handlers<Names> {
  return {
    async listDeviceViews(_, { organization, caller }) {
      const views = await listViews(db, organization, caller.id)
      return { items: views.map((view) => toDeviceView(view, caller)) }
    },

    async createDeviceView({ body }, { organization, caller, audit }) {
      if (body.shared) demandSharing(caller)
      const view = {
        ...body,
        id: newId('dvw'),
        owner: caller.id,
        ownerName: caller.name,
        changedAt: clock.now(),
      }
      await refusingTakenNames(() =>
        db.transaction().execute(async (tx) => {
          const known = await listViews(tx, organization, caller.id)
          if (known.length >= MOST_VIEWS)
            throw new ApiError(409, 'deviceViewsTooMany', { values: { most: MOST_VIEWS } })
          await saveView(tx, organization, view)
          await audit(tx, noteOf('device-view.created', view))
        }),
      )
      return toDeviceView(view, caller)
    },

    async changeDeviceView({ params, body }, { organization, caller, audit }) {
      return await refusingTakenNames(() =>
        db.transaction().execute(async (tx) => {
          const before = await lockView(tx, organization, { id: params.view, owner: caller.id })
          if (!before) throw new ApiError(404, 'deviceViewUnknown')
          const after = { ...before, ...definedOf(body), changedAt: clock.now() }
          if (before.shared || after.shared) demandSharing(caller)
          await saveView(tx, organization, after)
          await audit(tx, {
            ...noteOf('device-view.changed', after),
            changes: compareFields(told(before), told(after)),
          })
          return toDeviceView(after, caller)
        }),
      )
    },

    async deleteDeviceView({ params }, { organization, caller, audit }) {
      await db.transaction().execute(async (tx) => {
        const view = await lockView(tx, organization, { id: params.view, owner: caller.id })
        if (!view) throw new ApiError(404, 'deviceViewUnknown')
        if (view.shared) demandSharing(caller)
        await removeView(tx, organization, view.id)
        await audit(tx, noteOf('device-view.deleted', view))
      })
    },
  }
}

/** What everybody sees is kept by those who manage devices. */
function demandSharing({ permissions }: Caller): void {
  if (permissions.has('devices.manage')) return
  throw new ApiError(403, 'notAllowed', { values: { permission: 'devices.manage' } })
}

async function refusingTakenNames<Done>(act: () => Promise<Done>): Promise<Done> {
  try {
    return await act()
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause
    throw new ApiError(409, 'deviceViewNameTaken', {
      fields: [{ path: 'name', message: 'deviceViewNameTaken' }],
      cause,
    })
  }
}

/** What a change leaves out stays. */
const definedOf = <Change extends object>(change: Change) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Change]?: Exclude<Change[Name], undefined>
  } // the same without what is undefined

function noteOf(action: AuditNote['action'], view: StoredView): AuditNote {
  return { action, object: { kind: 'deviceView', id: view.id, name: view.name } }
}

const told = ({ name, shared, filter, columns, sort, descending }: StoredView) => ({
  name,
  shared,
  filter,
  columns,
  sort,
  descending,
})

function toDeviceView(view: StoredView, caller: Caller): DeviceView {
  const { id, ownerName, changedAt } = view
  return {
    ...told(view),
    id,
    columns: [...view.columns],
    owner: ownerName,
    isOwn: view.owner === caller.id,
    changedAt: changedAt.toISOString(),
  }
}
