import { loadHomeOrganization } from '../organizations/index.ts'
import type { Database } from '../platform/database.ts'
import { CREDENTIAL_LIMITS, OFFER_LIMITS } from './throttle.ts'
import { addressKey, admitTry } from './throttle-sign-in.ts'

type Occasion = { readonly clientAddress: string; readonly now: Date }

/**
 * Counts a token or a link that was no good, per address and shared by all processes. Good ones are
 * never looked up here: they cost nothing, and others behind the same address do not block them.
 *
 * @returns until when the address has to wait, or `undefined`.
 */
export async function countBadCredential(
  db: Database['db'],
  { use, clientAddress, now }: Occasion & { readonly use: 'token' | 'link' },
): Promise<Date | undefined> {
  const home = (await loadHomeOrganization(db)).id
  const keys = [{ key: addressKey(use, clientAddress), limits: CREDENTIAL_LIMITS }]
  return await admitTry(db, home, { keys, now })
}

/** Counts what a stranger makes the server remember. @returns until when the address has to wait. */
export async function countOffer(
  db: Database['db'],
  { clientAddress, now }: Occasion,
): Promise<Date | undefined> {
  const home = (await loadHomeOrganization(db)).id
  const keys = [{ key: addressKey('offer', clientAddress), limits: OFFER_LIMITS }]
  return await admitTry(db, home, { keys, now })
}
