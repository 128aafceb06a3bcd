import { recordAudit, recordStranger } from '../audit/index.ts'
import type { Person } from '../directory/index.ts'
import { loadOrganization } from '../organizations/index.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Database } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import {
  beginSession,
  forgiveAttempt,
  removeNotedSession,
  removeSession,
} from '../sign-in/index.ts'
import { textClaim } from './account.ts'
import { type Attempt, attemptCookieName, deriveSecrets, hashSecret, isSame } from './attempt.ts'
import type { Refusal } from './attempt-outcome.ts'
import { endAttempt, findAttempt, useAttempt } from './attempts-store.ts'
import { type CreateParts, createAccount } from './create-account.ts'
import { findAccount } from './find-account.ts'
import { findTest } from './find-test.ts'
import { type Answer, readAnswer } from './finish-attempt.ts'
import { isTaken, saveIdentity } from './identities-store.ts'
import { proveByProvider } from './prove-by-provider.ts'
import type { ResolveParts } from './resolve-provider.ts'
import { type Return, readReturn } from './return-query.ts'
import { reportSharedMail } from './shared-mail.ts'
import { startKey } from './start-key.ts'

export type FinishParts = ResolveParts &
  CreateParts & { readonly db: Database['db']; readonly log: Logger }

/** A browser that came to `GET /`, and what it brought. */
export type Visit = {
  readonly search: string
  cookie(name: string): string | undefined
  /** Of the session it had before. */
  readonly sessionToken: string | undefined
  readonly clientAddress: string
  readonly requestId: string
  readonly userAgent: string
}

/** Where the browser goes next, and with what session. */
export type Finished = {
  readonly redirectTo: string
  readonly sessionToken?: string
  readonly sessionEndsAt?: Date
  /** The cookie of the sign-in, which is of no more use. */
  readonly usedCookie?: string
}

/**
 * Finishes a sign-in when the provider sends the browser back. The checks are in the order of the
 * specification; whatever objects ends the attempt, and says so on the sign-in page.
 *
 * @returns `undefined` when it is no return of ours: the portal answers.
 */
export async function finishSignIn(
  parts: FinishParts,
  visit: Visit,
): Promise<Finished | undefined> {
  const returned = readReturn(visit.search)
  if (returned.kind === 'notOurs') return undefined
  const attempt = await findAttempt(parts.db, returned.attempt)
  if (!attempt) return { redirectTo: '/sign-in' }
  const way: Way = { parts, visit, attempt, slug: await slugOf(parts, attempt) }

  // Only the browser that began it may end it: nobody else's doing changes anything.
  const usedCookie = attemptCookieName(parts.publicUrl, attempt.id)
  const secret = visit.cookie(usedCookie)
  if (!secret || !isSame(hashSecret(secret), attempt.secretHash)) return toPage(way)
  // The first word counts. A second return, by the back button or by a thief, gets to see it.
  if (attempt.usedAt) return toPage(way)
  if (!(await useAttempt(parts.db, attempt, parts.clock.now()))) return toPage(way)
  return { ...(await finishUsed(way, secret, returned)), usedCookie }
}

/** Goes on with an attempt that this return has used up. */
async function finishUsed(
  way: Way,
  secret: string,
  returned: Exclude<Return, { kind: 'notOurs' }>,
): Promise<Finished> {
  const { parts, attempt } = way
  if (returned.kind === 'unclear') return await refuse(way, { code: 'returnUnclear' })
  if (!isSame(returned.state, deriveSecrets(attempt.id, secret).state)) {
    return await refuse(way, { code: 'stateWrong' })
  }
  if (attempt.expiresAt <= parts.clock.now()) return await refuse(way, { code: 'tookTooLong' })
  return await goOn(way, await readAnswer(parts, { attempt, secret, returned }))
}

type Way = {
  readonly parts: FinishParts
  readonly visit: Visit
  readonly attempt: Attempt
  readonly slug: string
}

async function goOn(way: Way, answer: Answer): Promise<Finished> {
  const { parts, attempt } = way
  if (attempt.purpose === 'test') {
    const { refusal, ...test } = await findTest(parts, attempt.organization, answer)
    return await end(way, refusal, test)
  }
  if (answer.kind === 'refused') return await refuse(way, answer.refusal)
  if (attempt.purpose === 'stepUp') {
    const proof = await proveByProvider(parts, attempt, answer)
    if (proof.kind === 'refused') return await refuse(way, proof.refusal)
    return {
      ...(await end(way, undefined)),
      sessionToken: proof.token,
      sessionEndsAt: proof.expiresAt,
    }
  }
  return await letIn(way, answer)
}

async function letIn(
  way: Way,
  { claims, provider }: Extract<Answer, { kind: 'claims' }>,
): Promise<Finished> {
  const { parts, attempt } = way
  const { organization } = attempt
  const whom = { provider, claims }
  const known = await findAccount(parts.db, organization, whom)
  const mayCreate = known.kind === 'unknown' && provider.settings.createUnknownUsers
  const account = mayCreate ? await createAccount(parts, organization, whom) : known
  if (account.kind === 'unknown') return await refuse(way, { code: 'personUnknown' })
  if (account.kind === 'refused') {
    return await refuse(way, { code: account.refusal }, account.person)
  }
  await reportSharedMail(parts, organization, { person: account.person, claims })
  return await beginPersonsSession(way, account.person, { claims, provider })
}

/** One transaction: the link to the provider's subject, the new session in place of the old, the record. */
async function beginPersonsSession(
  { parts, visit, attempt }: Way,
  person: Person,
  { claims, provider }: Pick<Extract<Answer, { kind: 'claims' }>, 'claims' | 'provider'>,
): Promise<Finished> {
  const { organization } = attempt
  const { issuer } = provider.server
  const now = parts.clock.now()
  const { clientAddress, userAgent } = visit
  const session = await parts.db.transaction().execute(async (tx) => {
    const isOther = provider.settings.kind === 'openid'
    if (isOther && !(await isTaken(tx, organization, { issuer, userId: person.id }))) {
      const subject = String(claims['sub'])
      await saveIdentity(tx, organization, { issuer, subject, userId: person.id, now })
    }
    // A session that was planted in this browser, or somebody else's, is over.
    if (visit.sessionToken) await removeSession(tx, visit.sessionToken)
    if (attempt.sessionId) await removeNotedSession(tx, attempt.sessionId)
    await forgiveAttempt(tx, organization, startKey(clientAddress))
    const begun = await beginSession(
      tx,
      { organization, kind: 'user', id: person.id },
      {
        now,
        way: 'provider',
        clientAddress,
        userAgent,
        provider: {
          issuer,
          session: textClaim(claims, 'sid'),
          logoutHint: textClaim(claims, 'login_hint'),
        },
      },
    )
    await endAttempt(tx, attempt, { state: 'succeeded', at: now.toISOString() })
    await recordAudit(tx, organization, {
      note: { action: 'sign-in.succeeded', details: { way: 'provider', issuer } },
      occasion: {
        at: now,
        actor: { kind: 'user', id: person.id, name: person.name },
        origin: originOf(visit),
      },
    })
    return begun
  })
  parts.log.info({ organization, user: person.id }, 'a person signed in')
  const { token: sessionToken, expiresAt: sessionEndsAt } = session
  return { redirectTo: attempt.returnTo ?? '/', sessionToken, sessionEndsAt }
}

const refuse = (way: Way, refusal: Refusal, person?: Person) => end(way, refusal, undefined, person)

/** Ends an attempt that signs nobody in: refused, or a test, or a step-up. */
async function end(
  way: Way,
  refusal: Refusal | undefined,
  test?: Parameters<typeof endAttempt>[2]['test'],
  person?: Person,
): Promise<Finished> {
  const { parts, visit, attempt } = way
  const { organization, purpose } = attempt
  const at = parts.clock.now()
  const state = refusal ? 'refused' : 'succeeded'
  await endAttempt(parts.db, attempt, { state, at: at.toISOString(), refusal, test })
  if (refusal && purpose !== 'test') {
    await recordStranger(parts.db, organization, {
      note: toNote(refusal, person),
      occasion: { at, actor: { kind: 'anonymous', id: null, name: '' }, origin: originOf(visit) },
    })
  }
  const { code, microsoftCode, correlationId } = refusal ?? {}
  parts.log.info(
    { organization, purpose, code, microsoftCode, correlationId },
    `a sign-in by a provider ended: ${state}`,
  )
  return toPage(way)
}

function toNote(
  { code, values, microsoftCode, correlationId }: Refusal,
  person?: Person,
): AuditNote {
  return {
    action: 'sign-in.refused',
    outcome: 'refused',
    ...(person ? { object: { kind: 'user', id: person.id, name: person.name } } : {}),
    details: {
      way: 'provider',
      code,
      ...values,
      ...(microsoftCode ? { microsoftCode } : {}),
      ...(correlationId ? { correlationId } : {}),
    },
  }
}

const originOf = ({ clientAddress, requestId, userAgent }: Visit) => ({
  clientAddress,
  requestId,
  userAgent,
})

/** The page that says what became of it. Nothing that came with the browser goes on with it. */
function toPage({ attempt, slug }: Way): Finished {
  // It has a window of its own, which closes when all is well.
  if (attempt.purpose === 'stepUp') return { redirectTo: `/step-up-done?attempt=${attempt.id}` }
  return { redirectTo: `/o/${slug}/sign-in?attempt=${attempt.id}` }
}

async function slugOf({ db }: FinishParts, { organization }: Attempt): Promise<string> {
  return (await loadOrganization(db, organization)).slug
}
