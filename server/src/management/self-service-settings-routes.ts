import { endLoss, findDevice, toDeviceDetail } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { findSelfService, saveSelfService } from './self-service-store.ts'

type Names = 'getSelfServiceSettings' | 'putSelfServiceSettings' | 'endDeviceLoss'

/** What administrators decide about people and their own devices. */
export function selfServiceSettingsRoutes({
  db,
}: {
  readonly db: Database['db']
}): Handlers<Names> {
  return {
    getSelfServiceSettings: (_input, { organization }) => findSelfService(db, organization),

    async putSelfServiceSettings({ body }, { organization, audit }) {
      await db.transaction().execute(async (tx) => {
        const before = await findSelfService(tx, organization)
        await saveSelfService(tx, organization, body)
        await audit(tx, {
          action: 'self-service-settings.saved',
          changes: compareFields(before, body),
        })
      })
      return body
    },

    async endDeviceLoss({ params }, { organization, audit }) {
      return await db.transaction().execute(async (tx) => {
        if (!(await findDevice(tx, organization, params.device))) {
          throw new ApiError(404, 'deviceUnknown')
        }
        const device = await endLoss(tx, organization, params.device)
        if (!device) throw new ApiError(409, 'deviceNotLost')
        await audit(tx, {
          action: 'device.found',
          object: { kind: 'device', id: device.id, name: device.name },
        })
        return toDeviceDetail(device)
      })
    },
  }
}
