import type { EntraMark } from '@mooring/contract/compliance'
import { markUnweighed } from '../devices/index.ts'
import { type DeviceTold, listTold } from '../management/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { applicationsOf } from './applications-of.ts'
import { gatherEvidence } from './evidence.ts'
import { judgeDevice } from './judge-device.ts'
import { findCompliance, type StoredCompliance } from './settings-store.ts'
import {
  brokenOf,
  findingsOf,
  type Judged,
  listOrganizationsToJudge,
  markOf,
  saveVerdicts,
  type ToJudge,
  takeToJudge,
  verdictOf,
} from './verdicts-store.ts'
import { wantMark } from './want-mark.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }

/** As many in one transaction: whoever waits for one of them does not wait long. */
const AT_ONCE = 250

/**
 * Judges every device that is to be judged. Any number of processes may do it at the same time: each takes
 * others. A crash loses nothing, as a device counts as weighed in the transaction that keeps its verdict.
 *
 * @returns how many it judged.
 */
export async function judgeDevices({ db, clock }: Parts, signal?: AbortSignal): Promise<number> {
  let count = 0
  for (const organization of await listOrganizationsToJudge(db, clock.now())) {
    for (let judged = AT_ONCE; judged === AT_ONCE; count += judged) {
      signal?.throwIfAborted()
      judged = await db.transaction().execute((tx) => judgeSome(tx, organization, clock.now()))
    }
  }
  return count
}

/** @returns how many. */
async function judgeSome(tx: Db, organization: OrganizationId, now: Date): Promise<number> {
  const settings = await findCompliance(tx, organization, 'forShare')
  const { version } = settings
  const devices = await takeToJudge(tx, organization, { version, now, limit: AT_ONCE })
  await judgeThese(tx, organization, { devices, settings, now })
  return devices.length
}

/** Judges devices that are held. */
async function judgeThese(
  tx: Db,
  organization: OrganizationId,
  given: {
    readonly devices: readonly ToJudge[]
    readonly settings: StoredCompliance
    readonly now: Date
  },
): Promise<void> {
  const { devices, settings, now } = given
  const told = await listTold(
    tx,
    organization,
    devices.map(({ deviceId }) => deviceId),
  )
  const judged = devices.map((device) => judge(device, told.get(device.deviceId), settings, now))
  await saveVerdicts(tx, organization, judged, { version: settings.version, now })
}

function judge(
  device: ToJudge,
  told: DeviceTold | undefined,
  settings: StoredCompliance,
  now: Date,
): Judged {
  const { deviceId, before, enrolledAt } = device
  // What a Windows before told says nothing of this one.
  const isTold = told !== undefined && told.heardAt >= enrolledAt
  const facts = isTold ? told.facts : {}
  const evidence = gatherEvidence({
    facts,
    readAt: isTold ? told.readAt : undefined,
    seenAt: device.seenAt.getTime(),
    applications: applicationsOf(facts),
  })
  // Nothing is asked of what is not managed here.
  const rules = device.state === 'enrolled' ? settings.rules : []
  const earlier = before && before.judged_at >= enrolledAt ? findingsOf(before) : []
  const { verdict, findings, dueAt } = judgeDevice(rules, evidence, {
    before: earlier,
    now: now.getTime(),
  })
  const wasSame = before !== undefined && verdictOf(before) === verdict
  const isChange = !wasSame || String(brokenOf(findingsOf(before))) !== String(brokenOf(findings))
  const telling = whatToTell(device, wantMark(settings, toMarked(device), verdict), now)
  return {
    deviceId,
    verdict,
    since: wasSame ? before.since : now,
    findings,
    dueAt,
    isChange,
    ...telling,
  }
}

const toMarked = ({ state, entraDeviceId, before }: ToJudge) => ({
  state,
  entraDeviceId,
  told: markOf(before?.told ?? null),
})

/** Only the last that Entra is to know counts: what it was to know meanwhile is not told. */
function whatToTell({ before }: ToJudge, wanted: EntraMark | null, now: Date) {
  const isSame = before !== undefined && before.wanted === wanted
  if (isSame) return { wanted, wantedAt: before.wanted_at, tellAt: before.tell_at }
  return { wanted, wantedAt: now, tellAt: wanted === null ? null : now }
}

/** Has one device judged with the others that wait, and told anew. */
export async function judgeAgain(
  tx: Db,
  organization: OrganizationId,
  { deviceId, now }: { readonly deviceId: string; readonly now: Date },
): Promise<void> {
  await markUnweighed(tx, organization, deviceId)
  await tx
    .updateTable('device_verdicts')
    .set({ tell_at: now, tries: 0 })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('wanted', 'is not', null)
    .execute()
}
