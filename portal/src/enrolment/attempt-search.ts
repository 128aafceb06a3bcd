import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { midnight, readDay } from '../frame/day.ts'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

export const OUTCOMES = [
  'underWay',
  'enrolled',
  'refused',
] as const satisfies readonly EnrolmentAttempt['outcome'][]

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** What the address of the list of attempts asks for; what it cannot mean is left out. */
export function readAttemptSearch(search: PlainSearch) {
  const user = search['user']?.toLowerCase()
  return {
    search: search['search'],
    outcome: oneOf(OUTCOMES, search['outcome']),
    /** The person's id in Entra. */
    user: user && GUID.test(user) ? user : undefined,
    device: search['device'],
    /** Days, as the reader's clock has them. */
    from: readDay(search['from']),
    to: readDay(search['to']),
    cursor: search['cursor'],
  }
}
export type AttemptSearch = ReturnType<typeof readAttemptSearch>

/** The same as the API asks for it. */
export function toAttemptQuery({ from, to, ...rest }: AttemptSearch) {
  return { ...rest, from: from && midnight(from, 0), to: to && midnight(to, 1) }
}

export const NO_ATTEMPT_FILTER = {
  search: undefined,
  outcome: undefined,
  user: undefined,
  device: undefined,
  from: undefined,
  to: undefined,
}
export const isRefined = (asked: AttemptSearch) =>
  Object.entries(asked).some(([name, value]) => name !== 'cursor' && value !== undefined)
