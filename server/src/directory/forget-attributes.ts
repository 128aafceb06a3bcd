import type { DirectorySettings } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Change, ChangedFields } from './directory-change.ts'
import { listKept, type UserRecordPart } from './objects-store.ts'
import { nameOf } from './plan-users.ts'
import { recordChanges } from './record-changes-store.ts'
import { type Dropped, findDropped } from './settings-change.ts'

const CHUNK = 2000

/**
 * Tells a preview whose values would go when attributes are left out. They go when the rules are
 * saved, and no history tells them then.
 */
export async function forgetAttributes(
  tx: Db,
  organization: OrganizationId,
  { present, wanted }: { present: DirectorySettings; wanted: DirectorySettings },
  by: { readonly run: string; readonly now: Date },
): Promise<Change[]> {
  const dropped = findDropped(present, wanted)
  if (!dropped) return []
  const all: Change[] = []
  for (let after: string | undefined; ; ) {
    const people = await listKept(tx, organization, { after, limit: CHUNK })
    const changes = people.flatMap((person) => tell(person, dropped))
    await recordChanges(tx, organization, changes, by)
    // Only what is counted is kept: the changes themselves are in the feed.
    all.push(
      ...changes.map(({ object, change, entraId }) => ({
        object,
        change,
        entraId,
        id: null,
        name: null,
      })),
    )
    after = people.at(-1)?.entra_id
    if (people.length < CHUNK) return all
  }
}

function tell(person: UserRecordPart, { attributes, customFields }: Dropped): Change[] {
  const lost: Record<string, readonly [string | null, string | null]> = {}
  for (const name of attributes) {
    const value = person.values[name]
    if (value) lost[name] = [value, null]
  }
  for (const name of customFields) {
    const value = Object.hasOwn(person.custom_fields, name) ? person.custom_fields[name] : undefined
    if (value) lost[`custom.${name}`] = [value, null]
  }
  if (Object.keys(lost).length === 0) return []
  const { entra_id: entraId, id } = person
  const told: ChangedFields = lost
  return [{ object: 'user', change: 'updated', entraId, id, name: nameOf(person), fields: told }]
}
