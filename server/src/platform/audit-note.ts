import type {
  AuditAction,
  AuditActorKind,
  AuditChange,
  AuditOutcome,
  AuditValue,
} from '@mooring/contract/audit'
import type { Db } from './database.ts'
import type { OrganizationId } from './organization-id.ts'

/** Who does something. `name` is what records show: a mail address, a token's name. */
export type AuditActor = {
  readonly kind: AuditActorKind
  readonly id: string | null
  readonly name: string
}

/** What is to be recorded; who, when and from where is known to whoever writes it. */
export type AuditNote = {
  readonly action: AuditAction
  readonly object?: {
    readonly kind: string
    readonly id?: string | null
    readonly name?: string | null
  }
  /** Left out: it succeeded. */
  readonly outcome?: AuditOutcome
  readonly changes?: readonly AuditChange[]
  readonly details?: Readonly<Record<string, AuditValue>>
}

/**
 * Records an event within the transaction that does what it tells, as the last thing before its end:
 * either both happen or neither. Whoever records holds the organization's chain until the commit.
 *
 * @param elsewhere the organization or the actor, where they are not those of the request.
 */
export type Audit = (
  tx: Db,
  note: AuditNote,
  elsewhere?: { readonly organization?: OrganizationId; readonly actor?: AuditActor },
) => Promise<void>

/** What records say instead of a secret. */
export const SECRET = '(secret)'

/**
 * The fields that differ, by dotted paths; lists are compared and told whole. An object that is not
 * there has no fields.
 */
export function compareFields(
  before: object | undefined,
  after: object | undefined,
): AuditChange[] {
  const [old, young] = [flatten(before), flatten(after)]
  return [...new Set([...old.keys(), ...young.keys()])]
    .map((field) => ({
      field,
      before: old.get(field) ?? null,
      after: young.get(field) ?? null,
    }))
    .filter((change) => change.before !== change.after)
}

function flatten(value: object | undefined): Map<string, AuditValue> {
  const found = new Map<string, AuditValue>()
  const walk = (part: unknown, path: string) => {
    if (part === undefined) return
    if (isPlainObject(part)) {
      for (const [key, inner] of Object.entries(part)) walk(inner, path ? `${path}.${key}` : key)
      return
    }
    found.set(path, toValue(part))
  }
  walk(value, '')
  return found
}

const isPlainObject = (part: unknown): part is object =>
  typeof part === 'object' && part !== null && !Array.isArray(part) && !(part instanceof Date)

function toValue(part: unknown): AuditValue {
  if (part === null || typeof part === 'boolean' || typeof part === 'string') return part
  if (typeof part === 'number' && Number.isSafeInteger(part)) return part
  return part instanceof Date ? part.toISOString() : JSON.stringify(part)
}
