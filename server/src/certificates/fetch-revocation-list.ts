import { writeRevocationListBody } from '../formats/der/write-certificate.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findAuthorityById } from './authorities-store.ts'
import type { AuthorityKeys } from './authority-keys.ts'
import { subjectOf } from './issue-certificate.ts'
import { wholeSecond } from './make-authority.ts'
import {
  countRevoked,
  findRevocationList,
  listRevoked,
  lockRevocationList,
  type StoredList,
  saveRevocationList,
} from './revocation-list-store.ts'
import { signBody } from './sign-body.ts'

export type ListParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly keys: AuthorityKeys
}
export type RevocationList = { readonly der: Uint8Array; readonly madeAt: Date }

const DAY_MS = 24 * 60 * 60 * 1000
/** For so long may whoever has the list rely on it. */
const GOOD_FOR_MS = 7 * DAY_MS
/** Made anew long before it is over: a server that is down for some days leaves nobody without. */
const REMADE_AFTER_MS = DAY_MS
/**
 * A revoked certificate that is over leaves the list only after it stood in one made since
 * (RFC 5280 §3.3), so by then it has been over for two lists.
 */
const KEPT_MS = 2 * GOOD_FOR_MS

/**
 * The list of an authority's revoked certificates: the one that was made last, or a new one when
 * more were revoked since, or a day is over.
 *
 * @returns `undefined` for an authority that does not exist.
 */
export async function fetchRevocationList(
  parts: ListParts,
  id: string,
): Promise<RevocationList | undefined> {
  const found = await findRevocationList(parts.db, id)
  if (!found) return undefined
  const current = await keepCurrent(parts.db, found, id, parts.clock.now())
  if (current) return current
  return await parts.db.transaction().execute(async (tx) => {
    const locked = await lockRevocationList(tx, id)
    if (!locked) return undefined
    const now = parts.clock.now()
    return (
      (await keepCurrent(tx, locked, id, now)) ?? (await makeList(tx, parts, locked, { id, now }))
    )
  })
}

async function keepCurrent(
  db: Db,
  { der, madeAt, revoked, organization }: StoredList,
  id: string,
  now: Date,
): Promise<RevocationList | undefined> {
  if (!der || !madeAt || now.getTime() - madeAt.getTime() > REMADE_AFTER_MS) return undefined
  const isComplete = (await countRevoked(db, organization, id)) === revoked
  return isComplete ? { der, madeAt } : undefined
}

async function makeList(
  tx: Db,
  { keys }: ListParts,
  { organization, number: before }: { organization: OrganizationId; number: number },
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<RevocationList | undefined> {
  const authority = await findAuthorityById(tx, organization, id)
  if (!authority) return undefined
  const madeAt = wholeSecond(now.getTime())
  // Counted before it is read: what is revoked in between is in the list, which is then made once more.
  const revoked = await countRevoked(tx, organization, id)
  const notAfter = new Date(now.getTime() - KEPT_MS)
  const entries = await listRevoked(tx, organization, { authorityId: id, notAfter })
  const number = before + 1
  const body = writeRevocationListBody({
    issuer: subjectOf(authority),
    issuerKeyId: Buffer.from(authority.keyId, 'hex'),
    signature: authority.signature,
    number,
    madeAt,
    nextAt: new Date(madeAt.getTime() + GOOD_FOR_MS),
    revoked: entries.map(({ serialNumber, at, reason }) => ({
      serialNumber: fromHex(serialNumber),
      at,
      reason,
    })),
  })
  const der = await signBody(body, authority.signature, await keys.open(tx, authority))
  await saveRevocationList(tx, organization, id, { number, der, madeAt, revoked })
  return { der, madeAt }
}

const fromHex = (hex: string): Uint8Array => Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
