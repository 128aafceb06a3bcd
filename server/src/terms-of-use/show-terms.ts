import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import { LANGUAGES, type Language, readLanguage, type Texts } from '../platform/texts.ts'
import { type Receipt, writeReceipt } from './receipt.ts'
import { returnToWindows, type TermsAnswer } from './return-to-windows.ts'
import type { TermsKeys } from './terms-keys.ts'
import { renderTermsPage, termsPagePolicy } from './terms-page.ts'
import { addTermsAnswer, findTermsPage, type StoredTermsPage } from './terms-page-store.ts'
import { peekTicket, readTicket, type Ticket, writeTicket } from './ticket.ts'

export const ANSWER_PATH = '/api/device/v1/windows/termsOfUse/answer'

export type PageParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly keys: TermsKeys
  readonly allowedReturns: readonly string[]
}

/** What was proven before the page is shown. */
export type Proven = Pick<
  Ticket,
  'organization' | 'tid' | 'oid' | 'name' | 'returnTo' | 'request' | 'join'
>

/** The page of an organization that wants one; `undefined` where nobody is to see any. */
export async function findShownPage(
  { db }: Pick<PageParts, 'db'>,
  { organization }: Pick<Proven, 'organization'>,
): Promise<StoredTermsPage | undefined> {
  const page = await findTermsPage(db, organization)
  return page?.enabled ? page : undefined
}

/** Shows the terms. Refusing is offered only where Windows goes on without management. */
export async function showTerms(
  { clock, keys, texts, allowedReturns }: PageParts,
  { page, proven }: { readonly page: StoredTermsPage; readonly proven: Proven },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const language = chooseLanguage(page, request.headers['accept-language'])
  const text = page.texts[language]
  if (!text) throw new Error('A page of terms without a text')
  const ticket = writeTicket(
    { ...proven, id: newId('tms'), version: page.version, language, iat: toSeconds(clock.now()) },
    await keys.find(proven.organization),
  )
  const body = renderTermsPage(texts, {
    text,
    language,
    isDark: request.headers['cxh-host'] === 'FRX',
    action: ANSWER_PATH,
    ticket,
    mayDecline: !proven.join,
  })
  return reply
    .removeHeader('x-frame-options')
    .removeHeader('cross-origin-resource-policy')
    .header('content-security-policy', termsPagePolicy(allowedReturns))
    .type('text/html; charset=utf-8')
    .send(body.text)
}

/**
 * Takes the answer: it is kept before Windows hears of it.
 *
 * @returns where the person goes; `undefined` without a ticket that is ours and fresh.
 */
export async function takeAnswer(
  { db, clock, keys }: PageParts,
  fields: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { ticket: text, answer } = fields
  const peeked = typeof text === 'string' ? peekTicket(text) : undefined
  // Only an organization with a page ever gave a ticket out.
  if (!peeked || !(await findTermsPage(db, peeked.organization))) return undefined
  const key = await keys.find(peeked.organization)
  const now = clock.now()
  const ticket = readTicket(String(text), key, now)
  if (!ticket || (answer !== 'accept' && answer !== 'decline')) return undefined
  if (answer === 'decline' && ticket.join) return undefined
  await addTermsAnswer(db, ticket.organization, {
    id: ticket.id,
    userEntraId: ticket.oid,
    userName: ticket.name ?? undefined,
    version: ticket.version,
    language: ticket.language,
    answer: answer === 'accept' ? 'accepted' : 'declined',
    at: now,
    requestId: ticket.request ?? undefined,
  })
  const told: TermsAnswer =
    answer === 'accept'
      ? { kind: 'accepted', receipt: makeReceipt(ticket, key, now, ticket.version) }
      : { kind: 'declined' }
  return returnToWindows(ticket.returnTo, ticket.request ?? undefined, told)
}

/** @param terms the version that was shown; absent where none was. */
export function makeReceipt(
  { tid, oid, join, request }: Pick<Proven, 'tid' | 'oid' | 'join' | 'request'>,
  key: Uint8Array,
  now: Date,
  terms?: number,
): string {
  const receipt: Receipt = { v: 1, tid, oid, join, request, iat: toSeconds(now) }
  return writeReceipt(terms === undefined ? receipt : { ...receipt, terms }, key)
}

const toSeconds = (at: Date) => Math.floor(at.getTime() / 1000)

function chooseLanguage(page: StoredTermsPage, header: string | undefined): Language {
  const wished = [readLanguage(header), page.fallback, ...LANGUAGES]
  return wished.find((language) => page.texts[language] !== undefined) ?? page.fallback
}
