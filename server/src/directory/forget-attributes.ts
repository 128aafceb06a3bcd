import type { DirectorySettings, OptionalAttribute } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Change, ChangedFields } from './directory-change.ts'
import { listKept, type UserRecordPart } from './objects-store.ts'
import { nameOf } from './plan-users.ts'
import { recordChanges } from './record-changes-store.ts'

const CHUNK = 2000

/**
 * Tells whose values go when attributes are left out. The values themselves go with the full read
 * that other attributes need.
 */
export async function forgetAttributes(
  tx: Db,
  organization: OrganizationId,
  { present, wanted }: { present: DirectorySettings; wanted: DirectorySettings },
  by: { readonly run: string; readonly now: Date },
): Promise<Change[]> {
  const dropped = present.attributes.filter((name) => !wanted.attributes.includes(name))
  const kept = new Set(wanted.customFields.map((field) => field.name))
  const fields = present.customFields.map(({ name }) => name).filter((name) => !kept.has(name))
  if (dropped.length + fields.length === 0) return []
  const all: Change[] = []
  for (let after: string | undefined; ; ) {
    const people = await listKept(tx, organization, { after, limit: CHUNK })
    const changes = people.flatMap((person) => tell(person, dropped, fields))
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

function tell(
  person: UserRecordPart,
  dropped: readonly OptionalAttribute[],
  fields: readonly string[],
): Change[] {
  const lost: Record<string, readonly [string | null, string | null]> = {}
  for (const name of dropped) {
    const value = person.values[name]
    if (value) lost[name] = [value, null]
  }
  for (const name of fields) {
    const value = Object.hasOwn(person.custom_fields, name) ? person.custom_fields[name] : undefined
    if (value) lost[`custom.${name}`] = [value, null]
  }
  if (Object.keys(lost).length === 0) return []
  const { entra_id: entraId, id } = person
  const told: ChangedFields = lost
  return [{ object: 'user', change: 'updated', entraId, id, name: nameOf(person), fields: told }]
}
