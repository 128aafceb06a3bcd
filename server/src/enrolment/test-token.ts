import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { newId, randomGuid } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { removeAttemptsOfTest } from './matching-attempts-store.ts'
import { makeOwnToken } from './own-token.ts'
import { addOwnToken, removeOwnToken } from './own-tokens-store.ts'

/** As long as a test takes at most. */
const GOOD_MS = 2 * 60_000

/** A token for one test of our own. Disposing takes it back, with the attempts that the test left. */
export type TestToken = AsyncDisposable & {
  readonly token: string
  /** The client-request-id by which the test asks for the terms. */
  readonly requestId: string
}
type Parts = {
  readonly db: Database['db']
  readonly clock: Clock
  /** Where attempts are recorded that no organization is found for. */
  readonly home: OrganizationId
}

/** Makes a token with which a test shows that enrolment answers. Nobody is named by it. */
export async function openTestToken(
  { db, clock, home }: Parts,
  organization: OrganizationId,
): Promise<TestToken> {
  const { token, hash } = makeOwnToken()
  const now = clock.now()
  const id = newId('ent')
  const requestId = randomGuid()
  await addOwnToken(db, {
    organization_id: organization,
    id,
    token_hash: hash,
    // As of a sign-in: in no list, and forgotten by itself should this process end midway.
    kind: 'signIn',
    name: 'test from outside',
    user_entra_id: null,
    ownership: 'corporate',
    group_id: null,
    most_uses: 1,
    uses: 0,
    created_at: now,
    created_by: 'Mooring',
    expires_at: new Date(now.getTime() + GOOD_MS),
    revoked_at: null,
  })
  return {
    token,
    requestId,
    async [Symbol.asyncDispose]() {
      await removeOwnToken(db, organization, id)
      for (const place of new Set([organization, home])) {
        await removeAttemptsOfTest(db, place, { enrolmentToken: id, requestId })
      }
    },
  }
}
