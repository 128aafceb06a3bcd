import type { MyDevice, OwnAct, SelfServiceSettings } from '@mooring/contract/my-devices'
import { type DeviceRow, listDevicesOf, lockDeviceOf, markLost } from '../devices/index.ts'
import { loadUser } from '../directory/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Call, Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { toOwnSession } from '../sign-in/index.ts'
import { addCommands } from './commands-store.ts'
import { planCommand } from './plan-command.ts'
import { actsOf, KIND_OF, toMyDevice } from './self-service-device.ts'
import { findSelfService, isWaiting, listOwnRequests } from './self-service-store.ts'
import { readAnew } from './standings-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names = 'listMyDevices' | 'getMyDevice' | 'actOnMyDevice' | 'reportMyDeviceLost'

/** Whoever looks, by their ids here and in Entra. */
type Person = {
  readonly organization: OrganizationId
  readonly id: string
  readonly entraId: string
  readonly name: string
}

const DAY_MS = 24 * 60 * 60_000
/** By then the reason is forgotten; a device that is lost is locked whenever it comes back. */
const WAITS_DAYS = { usual: 7, lost: 90 } as const

/**
 * People and their own devices. Which those are is read from the person with each request; of any other
 * device nothing is said, not even that it exists.
 */
export function selfServiceRoutes({ db, clock }: Parts): Handlers<Names> {
  const render = async (
    tx: Db,
    person: Person,
    devices: readonly DeviceRow[],
  ): Promise<MyDevice[]> => {
    const { organization, id } = person
    const settings = await findSelfService(tx, organization)
    const ids = devices.map((device) => device.id)
    const requests = await listOwnRequests(tx, organization, ids)
    const given = { settings, requests, person: id, now: clock.now() }
    return devices.map((device) => toMyDevice(device, given))
  }
  const renderOne = async (tx: Db, person: Person, device: DeviceRow): Promise<MyDevice> => {
    const [rendered] = await render(tx, person, [device])
    if (!rendered) throw new Error('A device that is there was not rendered')
    return rendered
  }

  return {
    async listMyDevices(_input, call) {
      const person = await findPerson(db, call)
      if (!person) return { items: [] }
      const devices = await listDevicesOf(db, person.organization, person.entraId)
      return { items: await render(db, person, devices) }
    },

    async getMyDevice({ params }, call) {
      const person = await findPerson(db, call)
      const devices = person ? await listDevicesOf(db, person.organization, person.entraId) : []
      const device = devices.find(({ id }) => id === params.device)
      if (!person || !device) throw new ApiError(404, 'deviceUnknown')
      return await renderOne(db, person, device)
    },

    async actOnMyDevice({ params, body }, call) {
      const person = await findPerson(db, call)
      return await db.transaction().execute(async (tx) => {
        // First, as a session holds its standing before the device; whoever may not changes nothing after all.
        if (person && KIND_OF[body.act] === 'sync') {
          await readAnew(tx, person.organization, params.device, clock.now())
        }
        const { row, of } = await demandOwn(tx, person, params.device)
        demandAct(body.act, row, await findSelfService(tx, of.organization))
        await ask(tx, call, { person: of, device: row, act: body.act })
        return await renderOne(tx, of, row)
      })
    },

    async reportMyDeviceLost({ params, body }, call) {
      const person = await findPerson(db, call)
      return await db.transaction().execute(async (tx) => {
        const { row, of } = await demandOwn(tx, person, params.device)
        const settings = await findSelfService(tx, of.organization)
        if (!settings.reportLost) throw new ApiError(403, 'ownActNotAllowed')
        const loss = { id: row.id, at: clock.now(), reason: body.reason, by: of.name }
        const lost = await markLost(tx, of.organization, loss)
        if (!lost) throw new ApiError(409, 'deviceLostAlready')
        const isLocked = settings.lockWhenLost && row.state === 'enrolled'
        if (isLocked) await ask(tx, call, { person: of, device: lost, act: 'lock' })
        await call.audit(tx, {
          action: 'device.reported-lost',
          object: { kind: 'device', id: row.id, name: row.name },
          details: { reason: body.reason, locked: isLocked },
        })
        return await renderOne(tx, of, lost)
      })
    },
  }

  async function ask(
    tx: Db,
    call: Call,
    { person, device, act }: { person: Person; device: DeviceRow; act: OwnAct },
  ): Promise<void> {
    const { organization } = person
    const kind = KIND_OF[act]
    // Whoever presses twice means it once.
    if (await isWaiting(tx, organization, { deviceId: device.id, kind, person: person.id })) return
    const now = clock.now()
    const id = newId('cmd')
    const plan = planCommand({ kind }, id)
    const waitsDays = device.lost_at ? WAITS_DAYS.lost : WAITS_DAYS.usual
    await addCommands(tx, organization, [
      {
        id,
        deviceId: device.id,
        kind,
        parameters: {},
        steps: plan.steps,
        needsUser: plan.needsUser,
        repeatable: plan.repeatable,
        createdAt: now,
        createdBy: person.name,
        reason: device.lost_at ? device.lost_reason : null,
        expiresAt: new Date(now.getTime() + waitsDays * DAY_MS),
        ownRequestOf: person.id,
      },
    ])
    await call.audit(tx, {
      action: 'device.command-given',
      object: { kind: 'device', id: device.id, name: device.name },
      details: { command: id, kind, selfService: true },
    })
  }
}

/** Local administrators are nobody in the directory, and have no devices of their own. */
async function findPerson(db: Db, call: Call): Promise<Person | undefined> {
  const { holder } = toOwnSession(call)
  if (holder.kind !== 'user') return undefined
  const { organization, id } = holder
  const { entra_id: entraId } = await loadUser(db, organization, id)
  return { organization, id, entraId, name: call.caller?.name ?? '' }
}

/** @throws {ApiError} 404 `deviceUnknown` for whatever is not theirs. */
async function demandOwn(tx: Db, person: Person | undefined, id: string) {
  const asked = person && { userEntraId: person.entraId, id }
  const row = asked && (await lockDeviceOf(tx, person.organization, asked))
  if (!row) throw new ApiError(404, 'deviceUnknown')
  return { row, of: person }
}

function demandAct(act: OwnAct, device: DeviceRow, settings: SelfServiceSettings): void {
  if (device.state !== 'enrolled') throw new ApiError(409, 'deviceNotEnrolled')
  if (!actsOf(device, settings).includes(act)) throw new ApiError(403, 'ownActNotAllowed')
}
