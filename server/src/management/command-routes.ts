import { NewCommand } from '@mooring/contract/management'
import { z } from 'zod'
import { findDevice, lockDevice } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import {
  addCommands,
  type CommandRow,
  cancelCommand,
  findCommand,
  hasLater,
  listCommands,
} from './commands-store.ts'
import { listFactChanges } from './fact-changes-store.ts'
import { expiryOf, planCommand } from './plan-command.ts'
import { isRetriable, renderCommand } from './render-command.ts'
import { findFacts, readAnew } from './standings-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly texts: Texts }
type Names =
  | 'listDeviceCommands'
  | 'createDeviceCommand'
  | 'cancelDeviceCommand'
  | 'retryDeviceCommand'
  | 'getDeviceFacts'
  | 'listDeviceFactChanges'

const OneNumber = z.tuple([z.number().int()])

/** Tell devices something, and look at what they said. */
export function commandRoutes({ db, clock, texts }: Parts): Handlers<Names> {
  return {
    async listDeviceCommands({ params, query }, { organization, language }) {
      await demandDevice(db, organization, params.device)
      const { limit, cursor } = query
      const [before] = cursor ? readCursor(cursor, OneNumber) : []
      const asked = { deviceId: params.device, before, limit: limit + 1 }
      const rows = await listCommands(db, organization, asked)
      return toPage(rows, limit, {
        item: (row) => renderCommand(row, { texts, language }),
        key: (row) => [row.number],
      })
    },

    async createDeviceCommand({ params, body }, call) {
      const plan = planCommand(body, '')
      if (plan.isDangerous) await call.demandStepUp()
      const row = await db
        .transaction()
        .execute((tx) => give(tx, call, { device: params.device, command: body }))
      return renderCommand(row, { texts, language: call.language })
    },

    async retryDeviceCommand({ params }, call) {
      const { organization, language } = call
      const asked = { id: params.command, deviceId: params.device }
      const before = await findCommand(db, organization, asked)
      if (!before) throw new ApiError(404, 'commandUnknown')
      if (!isRetriable(before)) throw new ApiError(409, 'commandNotRetriable')
      const command = NewCommand.parse({ ...(before.parameters as object), kind: before.kind })
      if (planCommand(command, '').isDangerous) await call.demandStepUp()
      const row = await db.transaction().execute(async (tx) => {
        await readAnewFor(tx, organization, params.device, command)
        // Held: whoever presses twice gets it once.
        const device = await lockDevice(tx, organization, params.device)
        if (device && (await hasLater(tx, organization, before))) {
          throw new ApiError(409, 'commandRetried')
        }
        return await give(tx, call, { device: params.device, command, again: before.id })
      })
      return renderCommand(row, { texts, language })
    },

    async cancelDeviceCommand({ params }, { organization, language, audit }) {
      const asked = { id: params.command, deviceId: params.device }
      const row = await db.transaction().execute(async (tx) => {
        const device = await demandDevice(tx, organization, params.device)
        if (!(await findCommand(tx, organization, asked))) {
          throw new ApiError(404, 'commandUnknown')
        }
        const ended = await cancelCommand(tx, organization, { ...asked, now: clock.now() })
        if (!ended) throw new ApiError(409, 'commandNotWaiting')
        await audit(tx, {
          action: 'device.command-cancelled',
          object: { kind: 'device', id: device.id, name: device.name },
          details: { command: ended.id, kind: ended.kind },
        })
        return ended
      })
      return renderCommand(row, { texts, language })
    },

    async getDeviceFacts({ params }, { organization }) {
      await demandDevice(db, organization, params.device)
      const facts = await findFacts(db, organization, params.device)
      const items = Object.entries(facts).map(([uri, { value, code, since }]) => ({
        uri,
        value: value ?? null,
        code,
        since: new Date(since).toISOString(),
      }))
      return { items: items.sort((a, b) => (a.uri < b.uri ? -1 : 1)) }
    },

    async listDeviceFactChanges({ params, query }, { organization }) {
      await demandDevice(db, organization, params.device)
      const { limit, cursor } = query
      const [before] = cursor ? readCursor(cursor, OneNumber) : []
      const asked = { deviceId: params.device, before, limit: limit + 1 }
      const rows = await listFactChanges(db, organization, asked)
      return toPage(rows, limit, {
        item: (row) => ({ ...row, at: row.at.toISOString() }),
        key: (row) => [row.number],
      })
    },
  }

  /**
   * Before anything holds the device itself: a session holds its standing first and the device then, and two
   * that hold them the other way round would wait for each other.
   */
  async function readAnewFor(
    tx: Db,
    organization: OrganizationId,
    device: string,
    { kind }: NewCommand,
  ): Promise<void> {
    if (kind === 'sync') await readAnew(tx, organization, device, clock.now())
  }

  async function give(
    tx: Db,
    { organization, caller, audit }: OrganizationCall,
    given: { readonly device: string; readonly command: NewCommand; readonly again?: string },
  ): Promise<CommandRow> {
    const { command, again } = given
    const now = clock.now()
    const id = newId('cmd')
    const plan = planCommand(command, id)
    const { kind, ...parameters } = command
    const device = await demandDevice(tx, organization, given.device)
    if (device.state !== 'enrolled') throw new ApiError(409, 'deviceNotEnrolled')
    await readAnewFor(tx, organization, device.id, command)
    const [added] = await addCommands(tx, organization, [
      {
        id,
        deviceId: device.id,
        kind,
        parameters,
        steps: plan.steps,
        needsUser: plan.needsUser,
        repeatable: plan.repeatable,
        createdAt: now,
        createdBy: caller.name,
        reason: null,
        expiresAt: expiryOf(now),
      },
    ])
    if (!added) throw new Error('A command that was added is not there')
    await audit(tx, {
      action: 'device.command-given',
      object: { kind: 'device', id: device.id, name: device.name },
      details: { command: id, kind, ...(again === undefined ? {} : { again }) },
    })
    return added
  }
}

async function demandDevice(db: Db, organization: OrganizationId, id: string) {
  const device = await findDevice(db, organization, id)
  if (!device) throw new ApiError(404, 'deviceUnknown')
  return device
}
