import type { PushOutcome } from '@mooring/contract/push'
import {
  isChannel,
  readWnsAnswer,
  readWnsToken,
  type WnsPlace,
  type WnsToken,
  type WnsTokenOutcome,
  wnsNotification,
  wnsTokenRequest,
} from '../entra/wns.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { isPublicAddress } from '../platform/http/guarded-lookup.ts'
import { callOutside } from '../platform/http/outside-call.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import {
  askForUrgent,
  type CallOutcome,
  type DueCall,
  saveCall,
  takeDueCalls,
} from './push-calls-store.ts'
import { judgeCall, judgeTokenless } from './push-judge.ts'
import { listPushing, type StoredPush, savePushOutcome } from './session-settings-store.ts'

/** As what it is sealed. */
export const PUSH_SECRET_PURPOSE = 'wns client secret'

export type CallParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly log: Logger
  readonly secrets: Pick<Secrets, 'open'>
  readonly place: WnsPlace
}

const TIMEOUT_MS = 15_000
/** Devices that are called at the same time, that one process takes at once, and in one go. */
const AT_ONCE = 8
const TAKEN = 40
const ROUNDS = 25
/** A device that was off for longer has come by itself. */
const TTL_SECONDS = 24 * 60 * 60

/**
 * Calls devices for which something urgent waits. The token of each organization is kept until its end, or
 * until others are set; where the service does not take the credentials, nobody is called in vain.
 *
 * @returns does it once, for all organizations; several processes share the work.
 */
export function createDeviceCaller(parts: CallParts): () => Promise<void> {
  const { db, clock } = parts
  const tokens = new Map<string, WnsToken>()
  const inFlight = new Map<string, Promise<WnsTokenOutcome>>()

  async function fetchToken(
    organization: OrganizationId,
    push: StoredPush,
  ): Promise<WnsTokenOutcome> {
    const secret = await parts.secrets.open(db, organization, push.secretId, PUSH_SECRET_PURPOSE)
    const asked = wnsTokenRequest(parts.place, { sid: push.sid, secret })
    const outcome = readWnsToken(await send(parts, asked), clock.now())
    // Those of credentials that were replaced are never asked for again.
    if (outcome.kind === 'token') tokens.set(push.secretId, outcome.token)
    return outcome
  }

  /** Many devices are called at once, and one token is fetched for all of them. */
  async function tokenOf({ organization, push }: Pushing): Promise<WnsTokenOutcome> {
    const kept = tokens.get(push.secretId)
    if (kept && kept.expiresAt > clock.now()) return { kind: 'token', token: kept }
    const fetching =
      inFlight.get(push.secretId) ??
      fetchToken(organization, push).finally(() => inFlight.delete(push.secretId))
    inFlight.set(push.secretId, fetching)
    return await fetching
  }

  async function callOne(pushing: Pushing, due: DueCall): Promise<CallOutcome> {
    const { channel, tries } = due
    if (!channel || !isChannel(channel, parts.place)) {
      return { outcome: 'noChannel', status: undefined }
    }
    for (let left = 2; ; left -= 1) {
      const got = await tokenOf(pushing)
      const now = clock.now()
      if (got.kind === 'refused') {
        return judgeTokenless('credentialsRefused', { now, tries, status: got.status }, undefined)
      }
      if (got.kind === 'unavailable') {
        return judgeTokenless('unavailable', { now, tries, status: 0 }, got.retryAfterSeconds)
      }
      const sent = wnsNotification(channel, got.token, TTL_SECONDS)
      const answer = readWnsAnswer(await send(parts, sent), now)
      // A token may be taken back before its end: another one, once.
      if (answer.kind !== 'unauthorized' || left === 1) {
        return judgeCall(answer, { now, channel, tries })
      }
      if (tokens.get(pushing.push.secretId) === got.token) tokens.delete(pushing.push.secretId)
    }
  }

  return async () => {
    for (const pushing of await listPushing(db)) {
      try {
        await callDue(parts, pushing, (due) => callOne(pushing, due))
      } catch (error) {
        // Others' devices are called all the same; those of this one are due again in a minute.
        const { organization } = pushing
        parts.log.error({ err: error, organization }, 'devices could not be called')
      }
    }
  }
}

type Pushing = { readonly organization: OrganizationId; readonly push: StoredPush }

async function callDue(
  { db, clock, log }: CallParts,
  { organization, push }: Pushing,
  call: (due: DueCall) => Promise<CallOutcome>,
): Promise<void> {
  await askForUrgent(db, organization, clock.now())
  let last: PushOutcome | undefined
  for (let round = 0; round < ROUNDS; round += 1) {
    const due = await takeDueCalls(db, organization, { now: clock.now(), most: TAKEN })
    if (due.length === 0) break
    const waiting = due.values()
    const work = async () => {
      for (const one of waiting) {
        const came = await call(one)
        const { outcome, status } = came
        log.info({ deviceId: one.deviceId, outcome, status }, 'a device was called')
        if (outcome !== 'noChannel') last = outcome
        await saveCall(db, organization, one, came)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    if (last === 'credentialsRefused') break
  }
  if (last !== undefined) {
    await savePushOutcome(db, organization, push, { outcome: last, at: clock.now() })
  }
}

const send = (
  { place }: CallParts,
  request: Parameters<typeof callOutside>[0],
): ReturnType<typeof callOutside> =>
  callOutside(request, {
    timeoutMs: TIMEOUT_MS,
    // A stand-in is on this machine; Microsoft's names lead outside, whatever a name server says.
    mayConnect: place.origin === undefined ? isPublicAddress : () => true,
  })
