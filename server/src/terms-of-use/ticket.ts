import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** What the page of terms takes along until somebody answers: everything that was proven before it was shown. */
export const Ticket = z.object({
  id: z.string(),
  // Looked up before the signature is known to be good: nothing that a database would choke on.
  organization: z.templateLiteral(['org_', z.string().regex(/^\w{1,40}$/)]),
  tid: z.string(),
  oid: z.string(),
  name: z.string().nullable(),
  returnTo: z.string(),
  request: z.string().nullable(),
  join: z.boolean(),
  version: z.number().int(),
  language: z.enum(['en', 'de']),
  /** Seconds since 1970. */
  iat: z.number().int(),
})
export type Ticket = z.infer<typeof Ticket>

/** People read; a set-up that was left alone begins anew. */
const VALID_SECONDS = 60 * 60
const MOST_CHARACTERS = 8000

export function writeTicket(ticket: Ticket, key: Uint8Array): string {
  const text = Buffer.from(JSON.stringify(ticket), 'utf8').toString('base64url')
  return `${text}.${sign(text, key)}`
}

/** Whose ticket it says it is. Good for finding the key, and for nothing else. */
export function peekTicket(text: string): Ticket | undefined {
  if (text.length > MOST_CHARACTERS) return undefined
  try {
    const [body = ''] = text.split('.', 1)
    const value: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
    return Ticket.safeParse(value).data
  } catch {
    // No ticket: said by the caller.
    return undefined
  }
}

/** @returns the ticket, if the key signed it within the hour. */
export function readTicket(text: string, key: Uint8Array, now: Date): Ticket | undefined {
  const [body = '', signature = '', more] = text.split('.')
  const expected = Buffer.from(sign(body, key))
  const given = Buffer.from(signature)
  if (more !== undefined || given.length !== expected.length) return undefined
  if (!timingSafeEqual(given, expected)) return undefined
  const ticket = peekTicket(text)
  const age = ticket ? now.getTime() / 1000 - ticket.iat : VALID_SECONDS + 1
  return age >= -300 && age <= VALID_SECONDS ? ticket : undefined
}

const sign = (text: string, key: Uint8Array) =>
  createHmac('sha256', key).update(`mooring/ticket/1\n${text}`).digest('base64url')
