import { z } from 'zod'
import type { ConnectionClients } from '../connection/index.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import type { TenantId, UserObjectId } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { applyObject } from './apply-page.ts'
import { findUnsettled, markFromProvider } from './people-store.ts'
import { rescope } from './scope-store.ts'
import { findSettings } from './settings-store.ts'
import { settlePerson } from './settle.ts'
import { findElsewhere, findSiblings } from './settle-store.ts'
import { STREAM_KINDS } from './stream-kinds.ts'
import { findStream } from './streams-store.ts'

/** What the feed names in place of a run for what a sign-in brought. */
const SIGN_IN = 'sign-in'

const Item = z.record(z.string(), z.unknown())

type Wanted = { readonly organization: OrganizationId; readonly entraId: UserObjectId }

/** Reads one person of the tenant. @returns `undefined` when Entra does not know them. */
export async function fetchPerson(
  { db, clients }: { readonly db: Db; readonly clients: ConnectionClients },
  { organization, entraId }: Wanted,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const client = await clients.find(organization)
  if (!client) return undefined
  const { settings } = await findSettings(db, organization)
  const select = STREAM_KINDS.users.select(settings).join(',')
  try {
    const { json } = await client.graph.get(`/users/${entraId}?$select=${select}`)
    return Item.safeParse(json).data
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return undefined
    throw error
  }
}

/**
 * Takes one person over between two synchronisations, by the same rules: scope, guests, locked accounts,
 * and that nobody lives in two organizations. Whether they are part of the organization afterwards is
 * told by `findPeople`. Nobody else's state is touched.
 */
export async function takePerson(
  tx: Db,
  { organization, entraId }: Wanted,
  person: {
    readonly item: Readonly<Record<string, unknown>>
    readonly tenantId: TenantId
    readonly now: Date
    /** `graph`: as Entra tells it. `claims`: a token's word, while nobody is synchronised. `provider`: somebody whom Entra does not know. */
    readonly from: 'graph' | 'claims' | 'provider'
  },
): Promise<void> {
  const { item, tenantId, now, from } = person
  const { settings: saved } = await findSettings(tx, organization)
  // Groups that are not read say nothing.
  const rules = from === 'graph' ? saved : { ...saved, scope: { kind: 'all' } as const }
  const setting = { organization, tenantId, rules, run: SIGN_IN, now }
  await applyObject(
    tx,
    STREAM_KINDS.users,
    { ...item, id: entraId },
    { ...setting, tellsAll: true, guarded: new Set() },
  )
  if (from === 'provider') await markFromProvider(tx, organization, entraId)
  const groups = await findStream(tx, organization, 'groups')
  if (groups?.lastSuccessAt !== undefined && !groups.cursorUrl) {
    await rescope(tx, organization, rules.scope, 'noted')
  }
  const user = await findUnsettled(tx, organization, entraId)
  if (!user?.unsettled) return
  const siblings = await findSiblings(tx, organization, tenantId)
  const elsewhere =
    user.state === 'outside' ? await findElsewhere(tx, siblings, [entraId]) : new Set<string>()
  await settlePerson(tx, setting, user, elsewhere)
}
