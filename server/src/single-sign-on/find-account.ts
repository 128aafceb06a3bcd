import { ROLE_PERMISSIONS } from '@mooring/contract/permissions'
import { findPeople } from '../directory/index.ts'
import type { Claims } from '../entra/openid/judge-id-token.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findPersonRoles } from '../roles/index.ts'
import { type Account, judgePerson, readName } from './account.ts'
import { findIdentity, isTaken } from './identities-store.ts'
import type { ResolvedProvider } from './resolve-provider.ts'

/**
 * Finds whom the claims of a judged token mean. Of Entra the object id counts, within the one tenant that
 * the token was judged for; of others the subject. Mail addresses and display names mean nobody.
 */
export async function findAccount(
  db: Db,
  organization: OrganizationId,
  { provider, claims }: { readonly provider: ResolvedProvider; readonly claims: Claims },
): Promise<Account> {
  const { settings, server } = provider
  if (settings.kind === 'entra') {
    const value = String(claims['oid'])
    const [person] = await findPeople(db, organization, { field: 'entraId', value })
    return person ? judgePerson(person) : { kind: 'unknown' }
  }
  const { issuer } = server
  const subject = String(claims['sub'])
  const known = await findIdentity(db, organization, { issuer, subject })
  if (known !== undefined) {
    const [person] = await findPeople(db, organization, { field: 'id', value: known })
    if (person) return judgePerson(person)
  }
  const { field } = settings.userNameAttribute
  const value = readName(claims, settings.userNameAttribute)
  if (value === undefined) return { kind: 'refused', refusal: 'nameClaimMissing' }
  const people = await findPeople(db, organization, { field, value })
  const [person] = people
  if (!person) return { kind: 'unknown' }
  // Two have this name, or its owner has signed in with another account: nobody is meant for sure.
  const isUnclear =
    people.length > 1 || (await isTaken(db, organization, { issuer, userId: person.id }))
  if (isUnclear) return { kind: 'refused', refusal: 'nameTaken', person }
  const account = judgePerson(person)
  if (account.kind !== 'found') return account
  // A name is what a provider says. Whoever rules over others is not found by that alone.
  const roles = await findPersonRoles(db, organization, person.id)
  const isMore = roles.some((role) => ROLE_PERMISSIONS[role].some((name) => name !== 'signedIn'))
  return isMore ? { kind: 'refused', refusal: 'holdsRole', person } : account
}
