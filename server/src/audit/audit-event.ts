import { createHash } from 'node:crypto'
import type { AuditChange, AuditValue } from '@mooring/contract/audit'
import type { AuditActor, AuditNote } from '../platform/audit-note.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** From where something is done. Commands and jobs come from nowhere. */
export type Origin = {
  readonly clientAddress: string | null
  readonly requestId: string | null
  readonly userAgent: string | null
}

export const FROM_INSIDE: Origin = { clientAddress: null, requestId: null, userAgent: null }

/** An event as it is kept, without its place in the chain. */
export type EventContent = Origin & {
  readonly at: Date
  readonly actor: AuditActor
  readonly action: string
  readonly object: { kind: string; id: string | null; name: string | null } | null
  readonly outcome: 'succeeded' | 'refused' | 'failed'
  readonly changes: readonly AuditChange[]
  readonly details: Readonly<Record<string, AuditValue>>
}

/** An event as it is kept. */
export type StoredEvent = EventContent & {
  readonly number: number
  readonly previousHash: string
  readonly hash: string
}

/** Longer values are cut: an event says that something changed, it is no copy of it. */
const VALUE_LENGTH = 2000
const NAME_LENGTH = 300
const USER_AGENT_LENGTH = 200

/** Makes an event of what is to be recorded: cut to size, and of text that every database can hold. */
export function toContent(
  note: AuditNote,
  given: { readonly at: Date; readonly actor: AuditActor; readonly origin: Origin },
): EventContent {
  const { actor, origin, at } = given
  const { object, outcome = 'succeeded', changes = [], details = {} } = note
  return {
    at,
    actor: { kind: actor.kind, id: cut(actor.id), name: clean(actor.name, NAME_LENGTH) },
    action: note.action,
    object: object
      ? { kind: object.kind, id: cut(object.id ?? null), name: cut(object.name ?? null) }
      : null,
    outcome,
    changes: changes.map(({ field, before, after }) => ({
      field: clean(field, NAME_LENGTH),
      before: toValue(before),
      after: toValue(after),
    })),
    details: Object.fromEntries(
      Object.entries(details).map(([name, value]) => [clean(name, NAME_LENGTH), toValue(value)]),
    ),
    clientAddress: cut(origin.clientAddress),
    requestId: cut(origin.requestId),
    userAgent: origin.userAgent === null ? null : clean(origin.userAgent, USER_AGENT_LENGTH),
  }
}

/**
 * The hash of an event at its place: SHA-256, in hexadecimal, of the event as JSON with sorted keys
 * and no blanks, together with its organization, its number and the hash of the event before.
 */
export function hashEvent(
  organization: OrganizationId,
  { number, previousHash }: { number: number; previousHash: string },
  content: EventContent,
): string {
  const [before, between, after] = writeAround(organization, content)
  const text = `${before}${number}${between}${JSON.stringify(previousHash)}${after}`
  return createHash('sha256').update(text).digest('hex')
}

/**
 * What is hashed of an event, around its number and the hash of the event before: these two are known
 * only to whoever writes it.
 */
export function writeAround(
  organization: OrganizationId,
  content: EventContent,
): readonly [before: string, between: string, after: string] {
  const { at, actor, action, object, outcome, changes, details } = content
  const { clientAddress, requestId, userAgent } = content
  // By their order, which is that of the sorted keys.
  const before = { action, actor, at: at.toISOString(), changes, clientAddress, details }
  const between = { object, organization, outcome }
  const after = { requestId, userAgent }
  const inside = (part: object) => writeCanonical(part).slice(1, -1)
  return [
    `{${inside(before)},"number":`,
    `,${inside(between)},"previousHash":`,
    `,${inside(after)}}`,
  ]
}

/** JSON that is the same for the same value: sorted keys, no blanks (as RFC 8785 §3.2 has it). */
export function writeCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeCanonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const pairs = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${writeCanonical(inner)}`)
  return `{${pairs.join(',')}}`
}

const cut = (text: string | null) => (text === null ? null : clean(text, NAME_LENGTH))

const toValue = (value: AuditValue) =>
  typeof value === 'string' ? clean(value, VALUE_LENGTH) : value

/**
 * Control characters would forge lines where events are written out, and PostgreSQL holds neither a
 * NUL nor half of a pair of surrogates: an event must never make what it tells impossible.
 */
function clean(text: string, length: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
  return (plain.length > length ? `${plain.slice(0, length - 1)}…` : plain).toWellFormed()
}
