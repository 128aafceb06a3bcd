import type { JWK } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { HttpClient } from '../http-client.ts'
import { NetworkError } from '../network-error.ts'
import { readKeySet } from './key-set.ts'
import { findKeySet, type StoredKeySet, saveKeySet, takeFetchTurn } from './signing-keys-store.ts'

const MINUTE_MS = 60_000
/** Refreshed when older than this … */
const FRESH_MS = 60 * MINUTE_MS
/** … and still good for this long while the provider does not answer. */
const LAST_GOOD_MS = 24 * 60 * MINUTE_MS
/** A key that we do not know has us ask at most this often, whoever shows how many. */
const UNKNOWN_KEY_MS = 5 * MINUTE_MS
/** After a failure; until then the last good keys serve. */
const RETRY_MS = MINUTE_MS
const TIMEOUT_MS = 10_000

/** The signing keys of providers, cached in the database for all processes. */
export type SigningKeys = {
  /**
   * The keys of a provider.
   *
   * @param kid the key that is looked for: one that is not there may have come since.
   * @throws {NetworkError} when there are none yet, or none younger than 24 hours, and the provider
   *   does not answer with some.
   */
  find(jwksUrl: string, kid: string | undefined): Promise<readonly JWK[]>
}

export type SigningKeysParts = {
  readonly db: Database['db']
  readonly http: HttpClient
  readonly clock: Clock
}

/** @see Entra "Signing key rollover in the Microsoft identity platform" › Best practices for keys metadata caching and validation */
export function createSigningKeys(parts: SigningKeysParts): SigningKeys {
  const inFlight = new Map<string, Promise<readonly JWK[]>>()

  const refresh = (jwksUrl: string) => {
    let running = inFlight.get(jwksUrl)
    if (running === undefined) {
      running = fetchKeys(parts, jwksUrl).finally(() => inFlight.delete(jwksUrl))
      inFlight.set(jwksUrl, running)
    }
    return running
  }
  return {
    async find(jwksUrl, kid) {
      const { db, clock } = parts
      const now = clock.now()
      const stored = await findKeySet(db, jwksUrl)
      const waitMs = howLongUntil(stored, kid, now)
      if (stored && waitMs === undefined) return stored.keys
      const unlessSince = new Date(now.getTime() - (waitMs ?? 0))
      const isOurTurn = await takeFetchTurn(db, jwksUrl, { now, unlessSince })
      if (!isOurTurn) {
        // Another call or process asks just now, or did a moment ago.
        const running = inFlight.get(jwksUrl)
        if (running !== undefined) return await running
        return goodKeys(await findKeySet(db, jwksUrl), now) ?? (await refresh(jwksUrl))
      }
      try {
        return await refresh(jwksUrl)
      } catch (error) {
        const last = goodKeys(stored, now)
        if (last) return last
        throw error
      }
    },
  }
}

/** How old the last try must be for another one; `undefined`: what is there will do. */
function howLongUntil(
  stored: StoredKeySet | undefined,
  kid: string | undefined,
  now: Date,
): number | undefined {
  // Whoever comes while the first keys are on their way waits for them.
  if (!stored) return RETRY_MS
  const isStale = now.getTime() - stored.fetchedAt.getTime() >= FRESH_MS
  if (isStale) return RETRY_MS
  const isKnown = kid === undefined || stored.keys.some((key) => key.kid === kid)
  return isKnown ? undefined : UNKNOWN_KEY_MS
}

function goodKeys(stored: StoredKeySet | undefined, now: Date): readonly JWK[] | undefined {
  if (!stored || now.getTime() - stored.fetchedAt.getTime() >= LAST_GOOD_MS) return undefined
  return stored.keys
}

async function fetchKeys({ db, http, clock }: SigningKeysParts, jwksUrl: string) {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const answer = await http.send({ method: 'GET', url: jwksUrl, signal })
  const keys = answer.status === 200 ? readKeySet(answer.json) : undefined
  if (!keys) {
    const { host } = new URL(jwksUrl)
    throw new NetworkError('notJson', host, 'no signing keys', { status: answer.status })
  }
  await saveKeySet(db, jwksUrl, { keys, now: clock.now() })
  return keys
}
