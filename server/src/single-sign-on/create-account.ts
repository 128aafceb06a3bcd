import { type ConnectionClients, findConnection } from '../connection/index.ts'
import { fetchPerson, findPeople, takePerson } from '../directory/index.ts'
import { tenantId, type UserObjectId, userObjectId } from '../entra/ids.ts'
import type { Claims } from '../entra/openid/judge-id-token.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { refreshAndRecord } from '../roles/index.ts'
import { type Account, judgePerson, objectIdFor, readName, toEntraItem, toItem } from './account.ts'
import type { ResolvedProvider } from './resolve-provider.ts'

export type CreateParts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
}

type Whom = { readonly provider: ResolvedProvider; readonly claims: Claims }

/** Where somebody new would come from. */
export type Origin =
  | {
      readonly from: 'graph' | 'claims' | 'provider'
      readonly entraId: UserObjectId
      readonly item: Readonly<Record<string, unknown>>
      readonly tenantId: ReturnType<typeof tenantId>
    }
  /** Nobody can be made of it. */
  | { readonly from: 'nowhere' }

/**
 * Looks where somebody unknown could be taken from. While people are synchronised, Entra is asked for
 * this one; otherwise the claims are all there is.
 */
export async function findOrigin(
  { db, clients }: CreateParts,
  organization: OrganizationId,
  { provider, claims }: Whom,
): Promise<Origin> {
  const { settings, server } = provider
  if (settings.kind === 'openid') {
    const name = readName(claims, settings.userNameAttribute)
    if (name === undefined) return { from: 'nowhere' }
    const entraId = objectIdFor(server.issuer, String(claims['sub']))
    // Whoever is not of Entra has no tenant; takers of the same provider still take turns.
    const owner = tenantId(objectIdFor(server.issuer, ''))
    return { from: 'provider', entraId, item: toItem(claims, name), tenantId: owner }
  }
  const connection = await findConnection(db, organization)
  if (!connection) return { from: 'nowhere' }
  const entraId = userObjectId(String(claims['oid']))
  if (connection.syncUsers) {
    const item = await fetchPerson({ db, clients }, { organization, entraId })
    if (!item) return { from: 'nowhere' }
    return { from: 'graph', entraId, item, tenantId: connection.tenantId }
  }
  const item = toEntraItem(claims, entraId)
  return { from: 'claims', entraId, item, tenantId: connection.tenantId }
}

/** Creates an account of somebody who was not synchronised, where the organization's rules let them in. */
export async function createAccount(
  parts: CreateParts,
  organization: OrganizationId,
  whom: Whom,
): Promise<Account> {
  const origin = await findOrigin(parts, organization, whom)
  if (origin.from === 'nowhere') return { kind: 'unknown' }
  const { db, clock } = parts
  const { entraId, ...taken } = origin
  return await db.transaction().execute(async (tx): Promise<Account> => {
    const person = { ...taken, now: clock.now() }
    const find = () => findPeople(tx, organization, { field: 'entraId', value: entraId })
    const [known] = await find()
    await takePerson(tx, { organization, entraId }, person)
    const [found] = await find()
    const created =
      known || !found ? undefined : { id: found.id, name: found.name, from: taken.from }
    await refreshAndRecord(tx, organization, { now: person.now, created })
    return found ? judgePerson(found) : { kind: 'unknown' }
  })
}
