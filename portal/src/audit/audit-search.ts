import {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditActorKind,
  type AuditOutcome,
} from '@mooring/contract/audit'
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

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What the address of the list asks for; what it cannot mean is left out. */
export function readAuditSearch(search: PlainSearch) {
  const day = (text: string | undefined) =>
    text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined
  return {
    action: oneOf(ACTIONS, search['action']),
    outcome: oneOf(OUTCOMES, search['outcome']),
    actorKind: oneOf(ACTOR_KINDS, search['actorKind']),
    actor: search['actor'],
    object: search['object'],
    search: search['search'],
    /** Days, as the reader's clock has them. */
    from: day(search['from']),
    to: day(search['to']),
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

function midnight(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + daysLater).toISOString()
}

export const isRefined = (asked: AuditSearch) =>
  Object.entries(asked).some(([name, value]) => name !== 'cursor' && value !== undefined)
