import { type ConnectionClients, findConnection } from '../connection/index.ts'
import { fetchPerson, findPeople, type Person, takePerson } from '../directory/index.ts'
import type { EnrolmentClaims } from '../entra/enrolment-token.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { refreshAndRecord } from '../roles/index.ts'

type Parts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
}

/**
 * Takes somebody over whom the synchronisation has not brought yet, by the synchronisation's own rules.
 * Entra is asked for them; only where people are not synchronised at all, the token is all there is.
 *
 * @returns `undefined` when Entra does not know them, or the rules leave them out.
 */
export async function takeUnknown(
  { db, clients, clock }: Parts,
  organization: OrganizationId,
  claims: EnrolmentClaims,
): Promise<Person | undefined> {
  const connection = await findConnection(db, organization)
  if (!connection) return undefined
  const entraId = claims.oid
  const { userPrincipalName, name } = claims
  const told = {
    userPrincipalName: userPrincipalName ?? entraId,
    displayName: name ?? userPrincipalName ?? entraId,
    accountEnabled: true,
    userType: 'Member',
  }
  const item = connection.syncUsers
    ? await fetchPerson({ db, clients }, { organization, entraId })
    : told
  if (!item) return undefined
  const person = {
    item,
    tenantId: connection.tenantId,
    now: clock.now(),
    from: connection.syncUsers ? ('graph' as const) : ('claims' as const),
  }
  return await db.transaction().execute(async (tx) => {
    const find = () => findPeople(tx, organization, { field: 'entraId', value: entraId })
    const [known] = await find()
    await takePerson(tx, { organization, entraId }, person)
    const [found] = await find()
    const created =
      known || !found ? undefined : { id: found.id, name: found.name, from: person.from }
    await refreshAndRecord(tx, organization, { now: person.now, created })
    return found?.state === 'outside' ? undefined : found
  })
}
