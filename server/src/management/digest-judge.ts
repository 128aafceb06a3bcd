import type { DigestCandidate } from './digest-store.ts'

/** Wrong ones of a device, within this time, before it is not listened to until that is over. */
const MOST_FAILURES = 5
const FAILURES_MS = 15 * 60_000
/** How long a nonce that was not used is given out again: a stranger must not be able to change it under a device. */
const NONCE_MS = 5 * 60_000
/** Whoever could prove itself better within this time can do so now. */
const BETTER_DAYS = 30
const DAY_MS = 24 * 60 * 60_000

const BETTER = /\b(?:connection|proxy|signature)\b/

export type DigestVerdict =
  /** Its certificate or signature came through lately: the weak proof is not taken in their place. */
  | { readonly kind: 'refused'; readonly refusal: 'digestNeedless' | 'digestBlocked' }
  /** It is to answer this nonce. */
  | { readonly kind: 'ask'; readonly nonce: string | 'new' }
  /** What came is to be compared. */
  | { readonly kind: 'compare'; readonly nonce: string; readonly isFirstFailure: boolean }

/** What is made of a device that comes with a digest alone, or with nothing. */
export function judgeDigest(
  { lastProof, nonce, failures, failuresSince }: DigestCandidate,
  { hasDigest, now }: { readonly hasDigest: boolean; readonly now: Date },
): DigestVerdict {
  const ageMs = (at: Date) => now.getTime() - at.getTime()
  if (lastProof && BETTER.test(lastProof.proof) && ageMs(lastProof.at) < BETTER_DAYS * DAY_MS) {
    return { kind: 'refused', refusal: 'digestNeedless' }
  }
  const isCounting = failuresSince !== undefined && ageMs(failuresSince) < FAILURES_MS
  if (isCounting && failures >= MOST_FAILURES) return { kind: 'refused', refusal: 'digestBlocked' }
  const isFresh = nonce !== undefined && ageMs(nonce.at) < NONCE_MS
  if (!hasDigest) return { kind: 'ask', nonce: isFresh ? nonce.value : 'new' }
  // Old ones count, too: a device may use the nonce of its last session in the next. Each counts once.
  if (!nonce) return { kind: 'ask', nonce: 'new' }
  return { kind: 'compare', nonce: nonce.value, isFirstFailure: !isCounting }
}
