import type { AuditVerification } from '@mooring/contract/audit'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { hashEvent, type StoredEvent } from './audit-event.ts'
import { type ChainHead, findHead, findUpTo, readEvents } from './audit-store.ts'

/** What is wrong with a chain, and at which number first. */
export type Break = {
  readonly at: number
  readonly reason: NonNullable<AuditVerification['reason']>
}

export type Verification = {
  readonly checked: number
  readonly from: number
  readonly to: number
  /** Of the last event that was looked at. */
  readonly hash: string
  readonly broken: Break | undefined
}

/**
 * Recomputes an organization's chain from its anchor to its head, a few hundred events at a time.
 * Events may be written meanwhile, and old ones removed.
 */
export async function verifyChain(db: Db, organization: OrganizationId): Promise<Verification> {
  let head = await findHead(db, organization)
  while (true) {
    const found = await walk(db, organization, head)
    if (!found.broken) return found
    // What was removed as too old while we looked is not missing: begin behind it.
    const now = await findHead(db, organization)
    if (now.anchorNumber === head.anchorNumber) return found
    head = now
  }
}

async function walk(db: Db, organization: OrganizationId, head: ChainHead): Promise<Verification> {
  const from = head.anchorNumber + 1
  let place: Place = { number: head.anchorNumber, hash: head.anchorHash }
  let checked = 0
  let removal: StoredEvent | undefined
  const result = (broken: Break | undefined): Verification => {
    return { checked, from, to: place.number, hash: place.hash, broken }
  }

  const stray = await findUpTo(db, organization, head.anchorNumber)
  if (stray !== undefined) return result({ at: stray, reason: 'added' })
  while (true) {
    for await (const chunk of readEvents(db, organization, { after: place.number })) {
      for (const event of chunk) {
        const broken = checkEvent(organization, place, event)
        if (broken) return result(broken)
        place = { number: event.number, hash: event.hash }
        checked++
        if (event.action === 'audit.removed') removal = event
      }
    }
    const end = await findHead(db, organization)
    if (end.number > place.number) {
      // Written since the last look, or missing: the next look tells.
      const next = await findNext(db, organization, place.number)
      if (next === undefined) return result({ at: place.number + 1, reason: 'missing' })
      continue
    }
    if (end.number < place.number) return result({ at: end.number + 1, reason: 'added' })
    if (end.hash !== place.hash) return result({ at: place.number, reason: 'changed' })
    return result(isAnchored(head, removal) ? undefined : { at: from, reason: 'anchor' })
  }
}

type Place = { readonly number: number; readonly hash: string }

async function findNext(db: Db, organization: OrganizationId, after: number) {
  for await (const [first] of readEvents(db, organization, { after, upTo: after + 1 })) return first
  return undefined
}

function checkEvent(
  organization: OrganizationId,
  before: Place,
  event: StoredEvent,
): Break | undefined {
  if (event.number > before.number + 1) return { at: before.number + 1, reason: 'missing' }
  const place = { number: event.number, previousHash: before.hash }
  const isRight =
    event.previousHash === before.hash && event.hash === hashEvent(organization, place, event)
  return isRight ? undefined : { at: event.number, reason: 'changed' }
}

/** The last removal is told by an event of its own, which is younger than anything removed. */
function isAnchored(head: ChainHead, removal: StoredEvent | undefined): boolean {
  if (!removal) return head.anchorNumber === 0
  const { to, hash } = removal.details
  // A removal after we began moves the anchor on; then we begin again, or did not notice.
  return Number(to) > head.anchorNumber || (to === head.anchorNumber && hash === head.anchorHash)
}
