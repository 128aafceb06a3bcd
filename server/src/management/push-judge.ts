import type { PushOutcome } from '@mooring/contract/push'
import type { WnsOutcome } from '../entra/wns.ts'
import type { CallOutcome } from './push-calls-store.ts'

/** After so many tries the device comes by itself, sooner or later. */
const MOST_TRIES = 6
const FIRST_WAIT_SECONDS = 60

type Try = {
  readonly now: Date
  readonly channel: string
  /** This one included. */
  readonly tries: number
}

/** What becomes of a call after the push service has answered, and whether it is tried again. */
export function judgeCall(answer: WnsOutcome, { now, channel, tries }: Try): CallOutcome {
  const { status } = answer
  switch (answer.kind) {
    case 'received':
    case 'dropped':
    case 'forbidden':
    case 'rejected':
      return { outcome: answer.kind, status }
    case 'channelGone':
      return { outcome: 'channelGone', status, deadChannel: channel }
    case 'unauthorized':
      return laterOr('credentialsRefused', { status, now, tries }, undefined)
    case 'throttled':
    case 'unavailable':
      return laterOr(answer.kind, { status, now, tries }, answer.retryAfterSeconds)
  }
}

/** The same where the service gave us no token to call with. */
export function judgeTokenless(
  outcome: Extract<PushOutcome, 'credentialsRefused' | 'unavailable'>,
  given: { readonly now: Date; readonly tries: number; readonly status: number | undefined },
  retryAfterSeconds: number | undefined,
): CallOutcome {
  return laterOr(outcome, given, retryAfterSeconds)
}

function laterOr(
  outcome: PushOutcome,
  {
    status,
    now,
    tries,
  }: { readonly status: number | undefined; readonly now: Date; readonly tries: number },
  retryAfterSeconds: number | undefined,
): CallOutcome {
  if (tries >= MOST_TRIES) return { outcome, status }
  const waitSeconds = Math.max(retryAfterSeconds ?? 0, FIRST_WAIT_SECONDS * 2 ** (tries - 1))
  return { outcome, status, againAt: new Date(now.getTime() + waitSeconds * 1000) }
}
