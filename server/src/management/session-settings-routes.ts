import type { PushCredentials } from '@mooring/contract/push'
import { findDevice } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { haveSettingsCompared } from './desired-settings-store.ts'
import { PUSH_SECRET_PURPOSE } from './push-calls.ts'
import { askForDevice, findCall, findChannels, type StoredCall } from './push-calls-store.ts'
import { toContact, toSessionSettings } from './session-settings.ts'
import {
  findSessionSettings,
  holdSessionSettings,
  type StoredPush,
  saveSessionSettings,
} from './session-settings-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly secrets: Secrets }
type Names =
  | 'getSessionSettings'
  | 'putPollSchedule'
  | 'putPushCredentials'
  | 'removePushCredentials'
  | 'putDigestFallback'
  | 'getDeviceContact'
  | 'callDevice'

/** When devices come, whether they can be called, and how they may prove themselves. */
export function sessionSettingsRoutes({ db, clock, secrets }: Parts): Handlers<Names> {
  const show = async (tx: Db, organization: OrganizationId) =>
    toSessionSettings(await findSessionSettings(tx, organization))
  const contactOf = async (
    tx: Db,
    organization: OrganizationId,
    { deviceId, call }: { deviceId: string; call: StoredCall | undefined },
  ) => {
    const channels = await findChannels(tx, organization, [deviceId])
    const settings = await findSessionSettings(tx, organization)
    return toContact(settings, call, channels.get(deviceId))
  }
  return {
    async getSessionSettings(_input, { organization }) {
      return await show(db, organization)
    },

    async putPollSchedule({ body }, { organization, caller, audit }) {
      return await db.transaction().execute(async (tx) => {
        const now = clock.now()
        const before = await holdSessionSettings(tx, organization)
        await saveSessionSettings(tx, organization, {
          poll: JSON.stringify(body),
          poll_at: now,
          poll_by: caller.name,
        })
        await haveSettingsCompared(tx, organization, now)
        const shown = await show(tx, organization)
        await audit(tx, {
          action: 'session-settings.poll-saved',
          changes: compareFields(before.poll, body),
        })
        return shown
      })
    },

    async putPushCredentials({ body }, { organization, caller, demandStepUp, audit }) {
      await demandStepUp()
      return await db.transaction().execute(async (tx) => {
        const now = clock.now()
        const { push: before } = await holdSessionSettings(tx, organization)
        await saveSessionSettings(tx, organization, {
          push_sid: body.packageSid,
          push_family_name: body.packageFamilyName,
          push_secret_id: await secretFor(tx, secrets, { organization, body, before }),
          push_at: now,
          push_by: caller.name,
          push_ever: true,
          push_outcome: null,
          push_outcome_at: null,
        })
        await haveSettingsCompared(tx, organization, now)
        const shown = await show(tx, organization)
        await audit(tx, {
          action: 'session-settings.push-saved',
          changes: compareFields(shownOf(before), {
            packageSid: body.packageSid,
            packageFamilyName: body.packageFamilyName,
          }),
          details: { secretReplaced: body.secret !== undefined },
        })
        return shown
      })
    },

    async removePushCredentials(_input, { organization, demandStepUp, audit }) {
      await demandStepUp()
      return await db.transaction().execute(async (tx) => {
        const { push } = await holdSessionSettings(tx, organization)
        if (!push) throw new ApiError(409, 'pushOff')
        await saveSessionSettings(tx, organization, {
          push_sid: null,
          push_family_name: null,
          push_secret_id: null,
          push_at: null,
          push_by: null,
          push_outcome: null,
          push_outcome_at: null,
        })
        await secrets.remove(tx, organization, push.secretId)
        await haveSettingsCompared(tx, organization, clock.now())
        const shown = await show(tx, organization)
        await audit(tx, {
          action: 'session-settings.push-removed',
          changes: compareFields(shownOf(push), {}),
        })
        return shown
      })
    },

    async putDigestFallback({ body }, { organization, caller, demandStepUp, audit }) {
      await demandStepUp()
      return await db.transaction().execute(async (tx) => {
        const { digest } = await holdSessionSettings(tx, organization)
        const saved = digest ?? { at: clock.now(), by: caller.name }
        await saveSessionSettings(tx, organization, {
          digest_at: body.allowed ? saved.at : null,
          digest_by: body.allowed ? saved.by : null,
        })
        const shown = await show(tx, organization)
        await audit(tx, {
          action: body.allowed
            ? 'session-settings.digest-allowed'
            : 'session-settings.digest-forbidden',
        })
        return shown
      })
    },

    async getDeviceContact({ params }, { organization }) {
      const device = await demandDevice(db, organization, params.device)
      const call = await findCall(db, organization, device.id)
      return await contactOf(db, organization, { deviceId: device.id, call })
    },

    async callDevice({ params }, { organization, audit }) {
      return await db.transaction().execute(async (tx) => {
        const device = await demandDevice(tx, organization, params.device)
        if (device.state !== 'enrolled') throw new ApiError(409, 'deviceNotEnrolled')
        const { push } = await findSessionSettings(tx, organization)
        if (!push) throw new ApiError(409, 'pushOff')
        const call = await askForDevice(tx, organization, device.id, clock.now())
        const contact = await contactOf(tx, organization, { deviceId: device.id, call })
        await audit(tx, {
          action: 'device.called',
          object: { kind: 'device', id: device.id, name: device.name },
        })
        return contact
      })
    },
  }
}

const shownOf = (push: StoredPush | undefined) =>
  push ? { packageSid: push.sid, packageFamilyName: push.familyName } : {}

type Setting = {
  readonly organization: OrganizationId
  readonly body: PushCredentials
  readonly before: StoredPush | undefined
}

/** The id of the new secret, sealed, or of the kept one. @throws {ApiError} 422 where there is none to keep. */
async function secretFor(tx: Db, secrets: Secrets, setting: Setting): Promise<string> {
  const { organization, body, before } = setting
  if (body.secret !== undefined) {
    const id = await secrets.seal(tx, organization, PUSH_SECRET_PURPOSE, body.secret)
    if (before) await secrets.remove(tx, organization, before.secretId)
    return id
  }
  // The secret of the one application is not sent in the name of another.
  if (before && before.sid === body.packageSid) return before.secretId
  throw new ApiError(422, 'pushSecretNeeded', {
    fields: [{ path: 'secret', message: 'pushSecretNeeded' }],
  })
}

async function demandDevice(db: Db, organization: OrganizationId, id: string) {
  const device = await findDevice(db, organization, id)
  if (!device) throw new ApiError(404, 'deviceUnknown')
  return device
}
