import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

export type FactChange = {
  readonly uri: string
  readonly before: string | undefined
  readonly after: string | undefined
}

export async function addFactChanges(
  tx: Db,
  organization: OrganizationId,
  { deviceId, at, changes }: { deviceId: string; at: Date; changes: readonly FactChange[] },
): Promise<void> {
  if (changes.length === 0) return
  await tx
    .insertInto('device_fact_changes')
    .values(
      changes.map(({ uri, before, after }) => ({
        organization_id: organization,
        device_id: deviceId,
        at,
        uri,
        before: before ?? null,
        after: after ?? null,
      })),
    )
    .execute()
}

/** Newest first. @param before a number: those before it. */
export async function listFactChanges(
  db: Db,
  organization: OrganizationId,
  { deviceId, before, limit }: { deviceId: string; before: number | undefined; limit: number },
) {
  return await db
    .selectFrom('device_fact_changes')
    .select(['number', 'at', 'uri', 'before', 'after'])
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}
