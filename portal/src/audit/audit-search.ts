import {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditActorKind,
  type AuditOutcome,
} from '@mooring/contract/audit'
import { midnight, readDay } from '../frame/day.ts'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

export const ACTIONS = Object.keys(AUDIT_ACTIONS) as AuditAction[] // the keys of this very table
export const OUTCOMES = [
  'succeeded',
  'refused',
  'failed',
] as const satisfies readonly AuditOutcome[]
export const ACTOR_KINDS = [
  'administrator',
  'user',
  'token',
  'system',
  'command',
  'anonymous',
] as const satisfies readonly AuditActorKind[]

/** What the address of the list asks for; what it cannot mean is left out. */
export function readAuditSearch(search: PlainSearch) {
  return {
    action: oneOf(ACTIONS, search['action']),
    outcome: oneOf(OUTCOMES, search['outcome']),
    actorKind: oneOf(ACTOR_KINDS, search['actorKind']),
    actor: search['actor'],
    object: search['object'],
    search: search['search'],
    /** Days, as the reader's clock has them. */
    from: readDay(search['from']),
    to: readDay(search['to']),
    cursor: search['cursor'],
  }
}

export type AuditSearch = ReturnType<typeof readAuditSearch>

/** The same as the API asks for it: a day begins and ends at the reader's midnight. */
export function toAuditQuery({ from, to, ...rest }: AuditSearch) {
  return {
    ...rest,
    from: from && midnight(from, 0),
    to: to && midnight(to, 1),
  }
}

export const isRefined = (asked: AuditSearch) =>
  Object.entries(asked).some(([name, value]) => name !== 'cursor' && value !== undefined)
