import { recordAudit, SYSTEM } from '../audit/index.ts'
import { revokeDeviceCertificates } from '../certificates/index.ts'
import { endEnrolment, lockDevice } from '../devices/index.ts'
import type { Database } from '../platform/database.ts'
import { cancelAll } from './commands-store.ts'
import { isOverdue, listOverdue, type Overdue } from './leaving-store.ts'

/** A device says goodbye within the same session, or never. */
const LIMIT_HOURS = 24
const HOUR_MS = 60 * 60_000

/**
 * Ends what was told to leave and did not say goodbye in time: its certificate is revoked, and it counts as
 * unenrolled. A device that has said goodbye is done already; one that refused stays.
 *
 * @returns how many.
 * @see windows-mdm.md 7.4, 9.4 no. 9
 */
export async function endUnenrolments(db: Database['db'], now: Date): Promise<number> {
  const before = new Date(now.getTime() - LIMIT_HOURS * HOUR_MS)
  const overdue = await listOverdue(db, before)
  let ended = 0
  for (const one of overdue) if (await endOne(db, one, { before, now })) ended += 1
  return ended
}

async function endOne(
  db: Database['db'],
  { organization, deviceId }: Overdue,
  { before, now }: { readonly before: Date; readonly now: Date },
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const device = await lockDevice(tx, organization, deviceId)
    // It may have said goodbye, or enrolled anew, since it was looked up.
    const asked = { deviceId, before }
    if (!device || !(await isOverdue(tx, organization, asked))) return false
    await endEnrolment(tx, organization, { id: device.id, state: 'unenrolled' })
    await revokeDeviceCertificates(tx, organization, device.id, {
      reason: 'cessationOfOperation',
      now,
    })
    await cancelAll(tx, organization, device.id, now)
    const note = {
      action: 'device.unenrolled',
      object: { kind: 'device', id: device.id, name: device.name },
      details: { withoutGoodbye: true, hours: LIMIT_HOURS },
    } as const
    await recordAudit(tx, organization, { note, occasion: { at: now, actor: SYSTEM } })
    return true
  })
}
