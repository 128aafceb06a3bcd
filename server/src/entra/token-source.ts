import type { Clock } from '../platform/clock.ts'
import type { HttpClient } from './http-client.ts'
import { type AccessToken, type ClientIdentity, readTokenAnswer, tokenRequest } from './token.ts'

/** Keeps the token of one connection. */
export type TokenSource = {
  /**
   * A token that is good for a while yet.
   *
   * @throws {EntraError} when Entra refuses, {NetworkError} when it is not reached.
   */
  token(): Promise<AccessToken>
  /** A token made now, past the cache; it takes the cached one's place. */
  freshToken(): Promise<AccessToken>
  /** Forgets a token that Graph no longer takes. Another one that came since is kept. */
  drop(token: AccessToken): void
}

const MIN_EARLY_MS = 5 * 60 * 1000
const EARLY_SHARE = 0.1

/** One refresh is in flight at a time; whoever asks meanwhile waits for it. */
export function createTokenSource(
  http: HttpClient,
  clock: Clock,
  identity: ClientIdentity,
): TokenSource {
  let current: AccessToken | undefined
  let inFlight: Promise<AccessToken> | undefined

  const refresh = () => {
    inFlight ??= fetchToken(http, clock, identity)
      .then((token) => {
        current = token
        return token
      })
      .finally(() => {
        inFlight = undefined
      })
    return inFlight
  }
  return {
    token: async () => (current && isGood(current, clock.now()) ? current : await refresh()),
    freshToken: async () => {
      // One that is on its way may have been asked for before the change that the caller looks for.
      await inFlight?.catch(() => undefined)
      return await refresh()
    },
    drop(token) {
      if (current === token) current = undefined
    },
  }
}

/** Whether a token is further from its end than 5 minutes and than a tenth of its life. */
function isGood(token: AccessToken, now: Date): boolean {
  const lifeMs = token.expiresAt.getTime() - token.receivedAt.getTime()
  // A token that lives less than the margin is used for half of its life.
  const earlyMs = Math.min(Math.max(MIN_EARLY_MS, lifeMs * EARLY_SHARE), lifeMs / 2)
  return now.getTime() < token.expiresAt.getTime() - earlyMs
}

/** Asks for a token now, past any cache. */
export async function fetchToken(
  http: HttpClient,
  clock: Clock,
  identity: ClientIdentity,
): Promise<AccessToken> {
  const answer = await http.send(tokenRequest(identity))
  return readTokenAnswer(answer, new URL(identity.cloud.authorityUrl).host, clock.now())
}
