import { toTrouble } from '../entra/trouble.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { endSubscription } from './graph-subscription.ts'
import type { KeepParts } from './keep-subscriptions.ts'
import { SUBSCRIBED_STREAMS } from './subscription.ts'
import { deleteSubscription, findSubscription } from './subscriptions-store.ts'

/** An administrator is waiting. */
const TIMEOUT_MS = 5_000

/**
 * Removes a connection, and tells Graph that nobody listens any more. Best effort: what cannot be told
 * runs out by itself.
 *
 * @param remove removes the connection; when it throws, everything stays.
 */
export async function endingSubscriptions<Answer>(
  { db, clients }: Pick<KeepParts, 'db' | 'clients'>,
  organization: OrganizationId,
  remove: () => Promise<Answer>,
): Promise<Answer> {
  // Afterwards there is no secret to talk to Graph with.
  const client = await clients.find(organization)
  const answer = await remove()
  const options = { signal: AbortSignal.timeout(TIMEOUT_MS) }
  for (const stream of SUBSCRIBED_STREAMS) {
    const found = await findSubscription(db, { organization, stream })
    if (!found) continue
    await deleteSubscription(db, { organization, stream })
    try {
      if (found.id && client) await endSubscription(client.graph, found.id, options)
    } catch (error) {
      if (!toTrouble(error) && !options.signal.aborted) throw error
    }
  }
  return answer
}
