import { ApiError } from '../platform/api-error.ts'
import type { Db } from '../platform/database.ts'
import type { Caller } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isNewcomer } from './newcomer-store.ts'

/**
 * What a script can do, a stolen script can do a thousand times: people only.
 *
 * @throws {ApiError} 403 `sessionNeeded`.
 */
export function demandSession({
  sessionId,
  caller,
}: {
  sessionId: string | undefined
  caller: Caller
}) {
  if (sessionId === undefined || caller.kind !== 'session') {
    throw new ApiError(403, 'sessionNeeded')
  }
}

/** @throws {ApiError} 403 `wipeNewcomer`: whoever came to it within a day is no second person. */
export async function demandOld(
  tx: Db,
  organization: OrganizationId,
  who: { readonly person: string; readonly now: Date },
): Promise<void> {
  if (await isNewcomer(tx, organization, who)) throw new ApiError(403, 'wipeNewcomer')
}
