import { createHash } from 'node:crypto'
import {
  COUNTED_ABOVE,
  type CommandBatchPreview,
  type CommandTarget,
  type LeftOutReason,
  type ManyCommand,
  MOST_DEVICES_AT_ONCE,
  type NewCommandBatch,
} from '@mooring/contract/command-batches'
import { NewCommand } from '@mooring/contract/management'
import { WipeKind } from '@mooring/contract/wipes'
import { findGroup } from '../devices/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationCall } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addBatch, type BatchRow, findBatch, holdBatches } from './command-batches-store.ts'
import { addCommandsAlike, readManyAnew } from './give-to-many-store.ts'
import { countPicked, type Picking, pickDevices } from './pick-devices-store.ts'
import { expiryOf, isDisturbing, minimumBuildOf, planCommand } from './plan-command.ts'

type Asked = { readonly command: ManyCommand; readonly target: CommandTarget }

/** Says who would be told, and who not. Nothing is changed by it. */
export async function previewForMany(
  db: Db,
  organization: OrganizationId,
  asked: Asked,
  now: Date,
): Promise<CommandBatchPreview> {
  const command = await findCommandForMany(db, organization, asked)
  planCommand(command, '', 'command.')
  await checkTarget(db, organization, asked.target)
  const rows = await countPicked(db, organization, toPicking(command, asked.target, now))
  const matched = rows.reduce((sum, { count }) => sum + count, 0)
  checkMatched(asked.target, matched)
  const told = rows.filter(({ leftOut }) => leftOut === null)
  const count = told.reduce((sum, row) => sum + row.count, 0)
  return {
    matched,
    told: count,
    leftOut: mergeLeftOut(
      rows.flatMap(({ leftOut, ...row }) => (leftOut ? [{ ...row, reason: leftOut }] : [])),
    ),
    doubtful: told.flatMap(({ doubt, count, examples }) =>
      doubt ? [{ reason: doubt, count, examples: [...examples] }] : [],
    ),
    countTyped: isCountTyped(command, count),
  }
}

/**
 * Tells many devices the same, for when each comes next. The request and what it comes to are one
 * transaction: after a crash there is all of it or nothing, and the same key once more is the same request.
 *
 * @throws {ApiError} 403 where a proof is needed, 404, 409 and 422 with a word on what to do instead.
 */
export async function giveToMany(
  db: Database['db'],
  call: OrganizationCall,
  body: NewCommandBatch,
  now: Date,
): Promise<BatchRow> {
  const { organization } = call
  const command = await findCommandForMany(db, organization, body)
  if (planCommand(command, '', 'command.').isDangerous) await call.demandStepUp()
  return await db.transaction().execute(async (tx) => {
    await holdBatches(tx, organization)
    const digest = digestOf(body)
    const known = await findBatch(tx, organization, { key: body.key })
    if (known?.digest === digest) return known
    if (known) throw new ApiError(409, 'commandsKeyTaken')
    return await give(tx, { call, command, body, digest, now })
  })
}

async function give(
  tx: Db,
  given: {
    readonly call: OrganizationCall
    readonly command: NewCommand
    readonly body: NewCommandBatch
    readonly digest: string
    readonly now: Date
  },
): Promise<BatchRow> {
  const { call, command, body, digest, now } = given
  const { organization, caller } = call
  const name = await checkTarget(tx, organization, body.target)
  const picking = toPicking(command, body.target, now)
  const picked = await pickDevices(tx, organization, picking, MOST_DEVICES_AT_ONCE + 1)
  checkMatched(body.target, picked.length)
  const devices = picked.filter(({ leftOut }) => leftOut === null).map(({ id }) => id)
  checkCount(command, body.confirmation, devices.length)
  const id = newId('cmb')
  const plan = planCommand(command, id, 'command.')
  const { kind, parameters } = picking
  const told = await addCommandsAlike(tx, organization, {
    batch: id,
    devices,
    command: {
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
  })
  if (kind === 'sync') await readManyAnew(tx, organization, { batch: id, now })
  const leftOut = countLeftOut(picked)
  const row = await addBatch(tx, organization, {
    id,
    key: body.key,
    digest,
    kind,
    command,
    target: toKept(body.target, name),
    matched: picked.length,
    device_count: told,
    leftOut,
    created_at: now,
    created_by: caller.name,
  })
  await call.audit(tx, {
    action: 'device.commands-given',
    object: { kind: 'commandBatch', id, name: name ?? null },
    details: {
      kind,
      devices: told,
      leftOut: picked.length - told,
      target: body.target.kind,
      ...(body.target.kind === 'filter' ? { filter: JSON.stringify(body.target.filter) } : {}),
      ...(body.target.kind === 'group' ? { group: body.target.group } : {}),
      ...(body.target.kind === 'outcome' ? { again: body.target.batch } : {}),
    },
  })
  return row
}

/**
 * The command that is meant, one that many devices can be told.
 *
 * @throws {ApiError} 404 for the same again of what nobody asked for, 422 for what goes another way.
 */
async function findCommandForMany(
  db: Db,
  organization: OrganizationId,
  { command, target }: Asked,
): Promise<NewCommand> {
  const known = command.kind === 'again' ? await findEarlier(db, organization, target) : command
  if (WipeKind.safeParse(known.kind).success) throw refusal('commandsGuarded', 'command.kind')
  if (known.kind === 'rename') throw refusal('commandsOwnName', 'command.kind')
  return NewCommand.parse(known)
}

async function findEarlier(db: Db, organization: OrganizationId, target: CommandTarget) {
  if (target.kind !== 'outcome') throw refusal('commandsAgain', 'command.kind')
  const row = await findBatch(db, organization, { id: target.batch })
  if (!row) throw new ApiError(404, 'commandBatchUnknown')
  return NewCommand.parse(row.command)
}

/** @returns the name of the group, where it is one. */
async function checkTarget(
  db: Db,
  organization: OrganizationId,
  target: CommandTarget,
): Promise<string | undefined> {
  const id = target.kind === 'group' ? target.group : undefined
  const inFilter = target.kind === 'filter' ? target.filter.group : undefined
  for (const group of [id, inFilter]) {
    if (group === undefined) continue
    const row = await findGroup(db, organization, group)
    if (!row) throw new ApiError(404, 'deviceGroupUnknown')
    if (id !== undefined) return row.name
  }
  if (target.kind === 'outcome' && !(await findBatch(db, organization, { id: target.batch }))) {
    throw new ApiError(404, 'commandBatchUnknown')
  }
  return undefined
}

function checkMatched(target: CommandTarget, matched: number): void {
  // Ids that are of another organization are as unknown as those that never were.
  if (target.kind === 'devices' && matched !== new Set(target.devices).size) {
    throw refusal('commandsDeviceUnknown', 'target.devices')
  }
  if (matched > MOST_DEVICES_AT_ONCE) throw refusal('commandsTooMany', 'target')
}

/** What is shown has to be what is done: a list that grew meanwhile is looked at once more. */
function checkCount(command: NewCommand, typed: number | undefined, count: number): void {
  if (count === 0) throw refusal('commandsNobody', 'target')
  if (typed === undefined ? isCountTyped(command, count) : typed !== count) {
    throw refusal('commandsCount', 'confirmation')
  }
}

const isCountTyped = ({ kind }: NewCommand, count: number) =>
  isDisturbing(kind) && count > COUNTED_ABOVE

function toPicking(command: NewCommand, target: CommandTarget, now: Date): Picking {
  const { kind, ...parameters } = command
  return { target, kind, parameters, minimumBuild: minimumBuildOf(kind), now }
}

/** Devices that were named are in the commands; a group may lose its name or be deleted. */
function toKept(target: CommandTarget, name: string | undefined): object {
  if (target.kind === 'devices') return { kind: 'devices' }
  return target.kind === 'group' ? { ...target, name } : target
}

function countLeftOut(picked: readonly { readonly leftOut: LeftOutReason | null }[]) {
  const counts: Partial<Record<LeftOutReason, number>> = {}
  for (const { leftOut } of picked) if (leftOut) counts[leftOut] = (counts[leftOut] ?? 0) + 1
  return counts
}

type Some = CommandBatchPreview['leftOut'][number]

/** One line for each reason, however doubtful its devices are besides. */
function mergeLeftOut(
  rows: readonly (Pick<Some, 'reason' | 'count'> & {
    readonly examples: Readonly<Some['examples']>
  })[],
): Some[] {
  const merged = new Map<LeftOutReason, Some>()
  for (const { reason, count, examples } of rows) {
    const before = merged.get(reason)
    merged.set(reason, {
      reason,
      count: count + (before?.count ?? 0),
      examples: [...(before?.examples ?? []), ...examples].slice(0, 5),
    })
  }
  return [...merged.values()]
}

const digestOf = ({ command, target }: Asked) =>
  createHash('sha256')
    .update(JSON.stringify([command, target]))
    .digest('base64url')

const refusal = (code: string, path: string) =>
  new ApiError(422, code, { fields: [{ path, message: code }] })
