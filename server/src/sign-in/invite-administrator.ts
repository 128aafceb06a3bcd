import { paths } from '@mooring/contract/paths'
import type { Role } from '@mooring/contract/permissions'
import type { Database, Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type Administrator, normalizeEmail } from './administrator.ts'
import { addAdministrator } from './administrators-store.ts'
import { addPasswordLink } from './password-links-store.ts'
import { newLinkToken } from './token.ts'

const LINK_MS = 72 * 60 * 60 * 1000

/** Where and when a link is made. */
export type Occasion = {
  readonly now: Date
  readonly publicUrl: URL
}
export type Invitation = { readonly administrator: Administrator; readonly passwordLink: string }

/**
 * Adds an administrator, who sets a password with a one-time link within 72 hours.
 *
 * @returns `undefined` when the mail address is taken.
 */
export async function inviteAdministrator(
  db: Database['db'],
  given: { organization: OrganizationId; email: string; role: Role },
  occasion: Occasion & {
    /** Records the invitation, in the same transaction. */
    readonly record?: (tx: Db, administrator: Administrator) => Promise<void>
  },
): Promise<Invitation | undefined> {
  const administrator: Administrator = {
    organization: given.organization,
    id: newId('adm'),
    email: normalizeEmail(given.email),
    role: given.role,
    passwordHash: undefined,
    createdAt: occasion.now,
    lastSignInAt: undefined,
  }
  return await db.transaction().execute(async (tx) => {
    if (!(await addAdministrator(tx, administrator))) return undefined
    const passwordLink = await makePasswordLink(tx, administrator, occasion)
    await occasion.record?.(tx, administrator)
    return { administrator, passwordLink }
  })
}

/**
 * Makes a new one-time link; the one before is no longer good.
 *
 * @returns a portal URL. The token is in its fragment, which browsers send to nobody.
 */
export async function makePasswordLink(
  tx: Db,
  administrator: Pick<Administrator, 'organization' | 'id'>,
  { now, publicUrl }: Occasion,
): Promise<string> {
  const token = newLinkToken()
  const expiresAt = new Date(now.getTime() + LINK_MS)
  await addPasswordLink(tx, administrator, { token, expiresAt })
  return publicUrl.origin + paths.setPassword(token)
}
