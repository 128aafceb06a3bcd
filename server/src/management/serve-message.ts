import { createHash } from 'node:crypto'
import {
  noteUsed,
  revokeDeviceCertificates,
  type StoredCertificate,
} from '../certificates/index.ts'
import { endEnrolment, markUnweighed } from '../devices/index.ts'
import { PROVIDER_ID } from '../enrolment/index.ts'
import type { ClientMessage } from '../formats/syncml/syncml-message.ts'
import { writeSyncml } from '../formats/syncml/write-syncml.ts'
import type { Audit } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isPlanLost } from '../platform/planned-statements.ts'
import { admitCommands } from './admit-wipes.ts'
import { answerMessage } from './answer-message.ts'
import { cancelAll, endCommandsBefore, holdCommands, putBack } from './commands-store.ts'
import { type DesiredSettings, planDesired, tellSettings } from './desired-settings.ts'
import { withNonce } from './digest-challenge.ts'
import { addFactChanges } from './fact-changes-store.ts'
import { duePlans, dueReads, nextDue, type ReadAt } from './facts-plan.ts'
import type { Whose } from './identify-sender.ts'
import { keepMessage } from './keep-message-store.ts'
import { keepTraits } from './keep-traits.ts'
import type { LastSeen } from './last-seen.ts'
import { endsManagement } from './plan-wipe.ts'
import type { SessionState, Work } from './session-state.ts'
import { sortNews } from './sort-news.ts'
import { findStanding, holdStanding, type Standing } from './standings-store.ts'

export type MessageParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly lastSeen: LastSeen
  readonly desired: DesiredSettings
}

export type Received = {
  readonly message: ClientMessage
  readonly bytes: Uint8Array
  readonly device: Whose
  /** Absent: it came without one. */
  readonly certificate: StoredCertificate | undefined
  /** Where it was found out together with the certificate. */
  readonly standing: Standing | undefined
  /** How it proved itself. */
  readonly proof: string
  readonly audit: Audit
  /** For the digest of the device's next message. */
  readonly nextNonce: string | undefined
}

export type Served =
  | { readonly kind: 'answer'; readonly text: string }
  | {
      readonly kind: 'refused'
      readonly refusal: 'deviceUnknown' | 'deviceGone' | 'sourceWrong'
      readonly standing?: Standing
    }

/**
 * Answers a message of a device that has proven itself. Nothing is written for one that only says hello
 * while nothing waits for it.
 */
export async function serveMessage(parts: MessageParts, received: Received): Promise<Served> {
  const { db, clock, lastSeen, desired } = parts
  const { certificate, message, nextNonce } = received
  const { organization, deviceId } = received.device
  const now = clock.now()
  const standing = received.standing ?? (await findStanding(db, organization, deviceId, now))
  if (!standing) return { kind: 'refused', refusal: 'deviceUnknown' }
  if (standing.state !== 'enrolled') return { kind: 'refused', refusal: 'deviceGone', standing }
  if (message.source.toLowerCase() !== standing.mdmDeviceId.toLowerCase()) {
    return { kind: 'refused', refusal: 'sourceWrong', standing }
  }
  lastSeen.note(organization, deviceId, now)
  const heardDigest = digestOf(received.bytes)
  const repeated = findReply(standing, { message, heardDigest, now })
  if (repeated !== undefined) return { kind: 'answer', text: repeated }
  const isKnown = !certificate || certificate.firstUsedAt !== undefined
  const idle = isKnown ? answerIdle(standing, { message, now, nextNonce }) : undefined
  if (idle !== undefined) return { kind: 'answer', text: idle }
  const keep = () =>
    db
      .transaction()
      .execute((tx) => answerAndKeep(tx, { ...received, desired, heardDigest, now, organization }))
  const text = await keep().catch((error: unknown) => {
    if (!isPlanLost(error)) throw error
    return keep()
  })
  return { kind: 'answer', text }
}

/** How long an answer may have got lost; whoever says the same later begins anew. */
const LATE_MS = 10 * 60_000

/**
 * The answer to a message that was answered already and came once more. The first of a session only while
 * that goes on: numbers of sessions begin anew one day, and an old answer would be carried out again.
 */
function findReply(
  { session, heardDigest, heardAt, reply }: Standing,
  given: { readonly message: ClientMessage; readonly heardDigest: string; readonly now: Date },
): string | undefined {
  if (reply === null || heardDigest !== given.heardDigest) return undefined
  if (heardAt === null || given.now.getTime() - heardAt.getTime() > LATE_MS) return undefined
  return session || given.message.messageId > 1 ? reply : undefined
}

/** The answer where there is nothing to keep. */
function answerIdle(
  standing: Standing,
  { message, now, nextNonce }: Pick<Received, 'message' | 'nextNonce'> & { readonly now: Date },
): string | undefined {
  if (standing.session || standing.commands.length > 0) return undefined
  if (!standing.dueAt || standing.dueAt <= now) return undefined
  if (standing.greetingDigest !== greetingOf(message)) return undefined
  const { reply, state, news } = answerMessage(undefined, message, {
    work: { commands: [], reads: [] },
    at: now,
  })
  const saysMore = news.some(({ kind }) => kind === 'unenrolled' || kind === 'alert')
  return state || saysMore ? undefined : writeSyncml(withNonce(reply, nextNonce))
}

type Keeping = Received & {
  readonly desired: DesiredSettings
  readonly heardDigest: string
  readonly now: Date
  readonly organization: OrganizationId
}

async function answerAndKeep(tx: Db, keeping: Keeping): Promise<string> {
  const { organization, now, message, certificate, heardDigest, audit } = keeping
  const { deviceId } = keeping.device
  // Once more, now that nobody else can be at it: the same message may have come twice at once.
  const found = await holdStanding(tx, organization, deviceId, now)
  if (!found) throw new Error('A device went away while it was held')
  const { standing, facts: told } = found
  const repeated = findReply(standing, keeping)
  if (repeated !== undefined) return repeated
  // A digest says nothing about which certificate the device has by now.
  if (certificate) await noteUsed(tx, certificate, now)
  const { enrolledAt } = standing
  // Of the Windows that enrolled: what one before it told may hold no more.
  const known = standing.isNew ? {} : told
  if (standing.isNew) await endCommandsBefore(tx, organization, { deviceId, enrolledAt, now })
  const admitted = await admitCommands(tx, organization, standing.commands, now)
  const held = await holdCommands(
    tx,
    organization,
    admitted.map(({ id }) => id),
  )
  const work: Work = {
    commands: admitted.filter(({ id }) => held.has(id)),
    reads: dueReads(standing.readAt, now, PROVIDER_ID),
  }
  // After the device is held: what is wanted from now on is seen here, or by its next session.
  const { target: cameBy } = message
  const desired = await keeping.desired(tx, { organization, deviceId, cameBy, facts: known })
  const due = duePlans(standing.readAt, now)
  const answered = answerMessage(standing.session, message, {
    at: now,
    work: ({ state, news }) => {
      const more = planDesired(desired, {
        facts: known,
        news: tellSettings(news),
        given: state.given,
        isHourlyDue: due.includes('hourly'),
        isDailyDue: due.includes('daily'),
      })
      return {
        commands: [...work.commands, ...more.commands],
        reads: [...new Set([...work.reads, ...more.reads])],
      }
    },
  })
  const outcome = sortNews(tellSettings(answered.news), known, now)

  await putBack(tx, organization, outcome.interrupted)
  await addFactChanges(tx, organization, { deviceId, at: now, changes: outcome.changes })
  await keepTraits(tx, organization, {
    device: deviceId,
    isFirst: standing.isNew,
    before: known,
    after: outcome.facts,
  })
  const reply = writeSyncml(withNonce(answered.reply, keeping.nextNonce))
  const readAt = readAtAfter(standing, answered.state, now)
  const ended = await keepMessage(tx, organization, deviceId, {
    session: answered.state,
    heardDigest,
    reply,
    greetingDigest: message.messageId === 1 ? greetingOf(message) : standing.greetingDigest,
    facts: outcome.isNews || known !== told ? outcome.facts : undefined,
    readAt,
    dueAt: nextDue(readAt),
    proof: keeping.proof,
    now,
    sent: outcome.sent,
    finished: outcome.finished,
  })
  const isWiped = ended.some(({ kind, state }) => state === 'succeeded' && endsManagement(kind))
  if (readAt !== standing.readAt || outcome.changes.length > 0) {
    await markUnweighed(tx, organization, deviceId)
  }
  const end = isWiped ? 'wiped' : outcome.unenrolled ? 'unenrolled' : undefined
  if (end) await letGo(tx, { organization, standing, now, audit, end })
  return reply
}

/** The reading is done when its session ends with all of it answered. */
function readAtAfter(standing: Standing, state: SessionState | undefined, now: Date): ReadAt {
  const isDone = state === undefined && standing.session !== undefined
  if (!isDone) return standing.readAt
  // Since the beginning of the session: what became due while it went on was not read in it.
  const began = new Date(standing.session?.startedAt ?? now)
  const done = duePlans(standing.readAt, began).map((plan) => [plan, began.getTime()])
  return { ...standing.readAt, ...Object.fromEntries(done) }
}

/** It has agreed to be wiped, or leaves: what it knew of us ends here, too. */
async function letGo(
  tx: Db,
  leaving: Pick<Keeping, 'organization' | 'now' | 'audit'> & {
    readonly standing: Standing
    readonly end: 'wiped' | 'unenrolled'
  },
): Promise<void> {
  const { organization, standing, now, audit, end } = leaving
  const { deviceId, deviceName } = standing
  await endEnrolment(tx, organization, { id: deviceId, state: end })
  await revokeDeviceCertificates(tx, organization, deviceId, {
    reason: 'cessationOfOperation',
    now,
  })
  await cancelAll(tx, organization, deviceId, now)
  await audit(
    tx,
    {
      action: end === 'wiped' ? 'device.wiped' : 'device.unenrolled',
      object: { kind: 'device', id: deviceId, name: deviceName },
    },
    { organization, actor: { kind: 'system', id: null, name: 'Mooring' } },
  )
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64url')

/** Where a device comes and what it says of itself at the beginning: in most sessions the same as ever. */
function greetingOf({ target, parts }: ClientMessage): string {
  const said = parts.flatMap((part) => (part.kind === 'replace' ? part.items : []))
  const told = [target, said.map(({ source, data }) => [source, data])]
  return digestOf(Buffer.from(JSON.stringify(told)))
}
