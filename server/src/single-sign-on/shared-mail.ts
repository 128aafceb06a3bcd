import { findPeople, type Person } from '../directory/index.ts'
import type { Claims } from '../entra/openid/judge-id-token.ts'
import type { Db } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { textClaim } from './account.ts'

/**
 * Notes when the mail address of whoever signed in is also somebody else's here. It may be a mistake or
 * somebody's attempt to pass as another; nobody is merged, and nothing else follows from it.
 */
export async function reportSharedMail(
  { db, log }: { readonly db: Db; readonly log: Logger },
  organization: OrganizationId,
  { person, claims }: { readonly person: Person; readonly claims: Claims },
): Promise<void> {
  const value = textClaim(claims, 'email')
  if (value === undefined) return
  const people = await findPeople(db, organization, { field: 'mail', value })
  const others = people.filter(({ id }) => id !== person.id).map(({ id }) => id)
  if (others.length === 0) return
  log.warn({ organization, user: person.id, others }, 'a mail address is also somebody else’s')
}
