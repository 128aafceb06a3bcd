import type { NewWipe } from '@mooring/contract/wipes'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addCommands } from './commands-store.ts'
import { DAY_MS, hashWipe, judgeWipe, stateOfWipe, type WipeRow } from './judge-wipe.ts'
import { isNewcomer } from './newcomer-store.ts'
import { planWipe } from './plan-wipe.ts'
import { toGuard, toWipe } from './render-wipe.ts'
import { findTargets, type Target } from './targets-store.ts'
import { demandOld, demandSession } from './who-may-wipe.ts'
import {
  addWipe,
  cancelCommands,
  changeWipe,
  findSpent,
  findWipe,
  type GuardRow,
  holdingGuard,
  listWipeDevices,
  listWipes,
  releaseCommands,
} from './wipes-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names = 'listWipes' | 'getWipe' | 'createWipe' | 'approveWipe' | 'cancelWipe'

/** A device that comes back after a summer is not to lose its data for last term's reason. */
const WAITS_DAYS = 7
const MINUTE_MS = 60_000

/**
 * Take devices away, within the guard. Everything that decides is in one transaction that holds the guard.
 *
 * @see sign-in-and-security.md 3.8
 */
export function wipeRoutes({ db, clock }: Parts): Handlers<Names> {
  const detail = async (tx: Db, organization: OrganizationId, row: WipeRow) => ({
    ...toWipe(row, clock.now()),
    devices: await listWipeDevices(tx, organization, row.id),
  })

  return {
    async listWipes({ query }, { organization }) {
      const { limit, cursor } = query
      const [at, id] = cursor ? readCursor(cursor, TimeAndId) : []
      const after = at === undefined || id === undefined ? undefined : { at: new Date(at), id }
      const rows = await listWipes(db, organization, { after, limit: limit + 1 })
      return toPage(rows, limit, {
        item: (row) => toWipe(row, clock.now()),
        key: (row) => [row.requested_at.toISOString(), row.id],
      })
    },

    async getWipe({ params }, { organization }) {
      return await detail(db, organization, await demandWipe(db, organization, params.wipe))
    },

    async createWipe({ body }, call) {
      const { organization } = call
      demandSession(call)
      await call.demandStepUp()
      return await holdingGuard(db, organization, async (tx, guard) => {
        if (guard.frozen_at) throw new ApiError(409, 'wipesFrozen')
        const targets = await findTargets(tx, organization, body.devices)
        checkTargets(body, targets)
        return await detail(tx, organization, await request(tx, { call, body, targets, guard }))
      })
    },

    async approveWipe({ params, body }, call) {
      const { organization, caller } = call
      demandSession(call)
      await call.demandStepUp()
      return await holdingGuard(db, organization, async (tx, guard) => {
        const now = clock.now()
        if (guard.frozen_at) throw new ApiError(409, 'wipesFrozen')
        const row = await demandWipe(tx, organization, params.wipe)
        if (stateOfWipe(row, now) !== 'awaitingApproval') {
          throw new ApiError(409, 'wipeNotWaiting')
        }
        if (row.requested_by === caller.id) throw new ApiError(403, 'wipeOwnApproval')
        await demandOld(tx, organization, { person: caller.id, now })
        if (row.list_hash !== body.listHash) throw new ApiError(409, 'wipeListChanged')
        const hold = new Date(now.getTime() + guard.hold_minutes * MINUTE_MS)
        await releaseCommands(tx, organization, {
          wipe: row.id,
          notBefore: hold,
          expiresAt: new Date(now.getTime() + WAITS_DAYS * DAY_MS),
        })
        const approved = await changeWipe(tx, organization, row.id, {
          approved_at: now,
          approved_by: caller.id,
          approved_name: caller.name,
          hold_until: hold,
        })
        await call.audit(tx, {
          action: 'wipe.approved',
          object: { kind: 'wipe', id: row.id },
          details: { kind: row.kind, devices: row.device_count, requestedBy: row.requested_name },
        })
        return await detail(tx, organization, approved)
      })
    },

    async cancelWipe({ params }, { organization, caller, audit }) {
      return await holdingGuard(db, organization, async (tx) => {
        const now = clock.now()
        const row = await demandWipe(tx, organization, params.wipe)
        const ended = row.cancelled_at
          ? 0
          : await cancelCommands(tx, organization, { wipe: row.id, now })
        if (ended === 0) throw new ApiError(409, 'wipeNotWaiting')
        const cancelled = await changeWipe(tx, organization, row.id, {
          cancelled_at: now,
          cancelled_name: caller.name,
        })
        await audit(tx, {
          action: 'wipe.cancelled',
          object: { kind: 'wipe', id: row.id },
          details: { kind: row.kind, spared: ended, of: row.device_count },
        })
        return await detail(tx, organization, cancelled)
      })
    },
  }

  async function request(
    tx: Db,
    given: {
      readonly call: OrganizationCall
      readonly body: NewWipe
      readonly targets: readonly Target[]
      readonly guard: GuardRow
    },
  ): Promise<WipeRow> {
    const { call, body, targets, guard } = given
    const { organization, caller } = call
    const now = clock.now()
    const asked = { person: caller.id, now }
    const spent = {
      ...(await findSpent(tx, organization, asked)),
      isNewcomer: await isNewcomer(tx, organization, asked),
    }
    const { limits } = toGuard(guard)
    const judged = judgeWipe(targets.length, { spent, limits, now })
    const ids = targets.map(({ id }) => id)
    const row = await addWipe(tx, organization, {
      id: newId('wip'),
      kind: body.kind,
      device_count: ids.length,
      list_hash: hashWipe(body.kind, ids),
      reason: body.reason,
      requested_at: now,
      requested_by: caller.id,
      requested_name: caller.name,
      needs_approval: judged.beyond !== null,
      beyond: judged.beyond,
      hold_until: judged.holdUntil,
      approve_until: judged.approveUntil,
    })
    const lastDay = new Date(now.getTime() + WAITS_DAYS * DAY_MS)
    await addCommands(
      tx,
      organization,
      targets.map(({ id }) => ({
        id: newId('cmd'),
        deviceId: id,
        batchId: row.id,
        kind: body.kind,
        parameters: {},
        steps: planWipe(body.kind),
        needsUser: false,
        repeatable: false,
        state: judged.beyond === null ? ('queued' as const) : ('held' as const),
        notBefore: judged.holdUntil,
        createdAt: now,
        createdBy: caller.name,
        reason: body.reason,
        expiresAt: judged.approveUntil ?? lastDay,
      })),
    )
    await call.audit(tx, {
      action: 'wipe.requested',
      object: { kind: 'wipe', id: row.id },
      details: {
        kind: body.kind,
        devices: ids.length,
        reason: body.reason,
        ...(judged.beyond === null ? {} : { beyond: judged.beyond }),
      },
    })
    return row
  }
}

/** @throws {ApiError} 422 */
function checkTargets(body: NewWipe, targets: readonly Target[]): void {
  const refuse = (code: string, path: string) => {
    throw new ApiError(422, code, { fields: [{ path, message: code }] })
  }
  // Ids that are of another organization are as unknown as those that never were.
  if (targets.length !== new Set(body.devices).size || targets.length !== body.devices.length) {
    refuse('wipeDeviceUnknown', 'devices')
  }
  if (targets.some(({ state }) => state !== 'enrolled')) refuse('wipeDeviceGone', 'devices')
  if (targets.some(({ isWaiting }) => isWaiting)) refuse('wipeDeviceWaits', 'devices')
  const [only] = targets
  const expected = targets.length === 1 ? (only?.name ?? '') : String(targets.length)
  if (body.confirmation.toLowerCase() !== expected.toLowerCase()) {
    refuse('wipeConfirmation', 'confirmation')
  }
}

async function demandWipe(db: Db, organization: OrganizationId, id: string): Promise<WipeRow> {
  const row = await findWipe(db, organization, id)
  if (!row) throw new ApiError(404, 'wipeUnknown')
  return row
}
