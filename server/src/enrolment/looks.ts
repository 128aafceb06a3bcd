import type { PollSchedule } from '@mooring/contract/poll-schedule'
import { type ConnectedOrganization, listConnectionsOf } from '../connection/index.ts'
import { findPeopleByEntraIds, type Person } from '../directory/index.ts'
import type { TenantId } from '../entra/ids.ts'
import type { SigningKeys } from '../entra/openid/signing-keys.ts'
import { loadOrganization } from '../organizations/index.ts'
import { createBatches, createSharedLook } from '../platform/batches.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findRules, type StoredRules } from './settings-store.ts'
import { addSteps, type Recorded } from './steps-store.ts'

/** Somebody whose token speaks for them. */
type Named = { readonly organization: OrganizationId; readonly entraId: string }

/**
 * What is asked of the database on the way in, once for all devices that come at about the same time: a
 * whole school enrols in a morning. What somebody saved before a device asked always counts. Not from
 * within a transaction.
 */
export type Looks = {
  connectionsOf(tenant: TenantId): Promise<readonly ConnectedOrganization[]>
  keysOf: SigningKeys['find']
  rulesOf(organization: OrganizationId): Promise<StoredRules>
  nameOf(organization: OrganizationId): Promise<string>
  /** How often its devices come. */
  pollOf(organization: OrganizationId): Promise<PollSchedule>
  personOf(named: Named): Promise<Person | undefined>
  /** Adds a step to its attempt. @see addStep */
  record(organization: OrganizationId, step: Recorded['step']): Promise<void>
}

/** What differs from device to device waits so long at most for that of others. */
const APART_MS = 5

/** @param findPoll what management says of it, which is above this room. */
export function createLooks(
  db: Database['db'],
  keys: SigningKeys,
  findPoll: Looks['pollOf'],
): Looks {
  const keysOf = createSharedLook((asked: string) => {
    const [jwksUrl, keyId] = JSON.parse(asked) as [string, string?] // as it is written below
    return keys.find(jwksUrl, keyId)
  })
  const record = createBatches((recorded: readonly Recorded[]) => addSteps(db, recorded), {
    apartMs: APART_MS,
  })
  return {
    connectionsOf: createSharedLook((tenant: TenantId) => listConnectionsOf(db, tenant)),
    keysOf: (...asked) => keysOf(JSON.stringify(asked)),
    rulesOf: createSharedLook((organization: OrganizationId) => findRules(db, organization)),
    nameOf: createSharedLook(
      async (organization: OrganizationId) => (await loadOrganization(db, organization)).name,
    ),
    pollOf: createSharedLook(findPoll),
    personOf: createBatches((named: readonly Named[]) => findNamed(db, named), {
      apartMs: APART_MS,
    }),
    record: async (organization, step) => {
      await record({ organization, step })
    },
  }
}

async function findNamed(
  db: Database['db'],
  named: readonly Named[],
): Promise<(Person | undefined)[]> {
  const organizations = [...new Set(named.map(({ organization }) => organization))]
  const people = new Map<string, Person>()
  for (const organization of organizations) {
    const ids = named.filter((one) => one.organization === organization)
    const entraIds = [...new Set(ids.map(({ entraId }) => entraId))]
    for (const person of await findPeopleByEntraIds(db, organization, entraIds)) {
      people.set(`${organization} ${person.entraId}`, person)
    }
  }
  return named.map(({ organization, entraId }) => people.get(`${organization} ${entraId}`))
}
