import { type AttemptId, attemptOf } from './attempt.ts'

/** What came back with the browser. */
export type Return =
  /** None of ours: the portal, or the return of a consent. */
  | { readonly kind: 'notOurs' }
  | { readonly kind: 'unclear'; readonly attempt: AttemptId }
  | {
      readonly kind: 'code'
      readonly attempt: AttemptId
      readonly state: string
      readonly query: URLSearchParams
    }
  | {
      readonly kind: 'error'
      readonly attempt: AttemptId
      readonly state: string
      readonly query: URLSearchParams
      readonly error: string
      readonly description: string
      readonly subcode: string
    }

/** Longer ones are no codes. Entra's have about 1,500 characters. */
const LONGEST = 8000

/**
 * Reads the query of `GET /`. A parameter that is there twice, or a code together with an error, is what
 * somebody else put in: it is not guessed which one counts.
 *
 * @see RFC 6749 §3.1, §4.1.2
 */
export function readReturn(search: string): Return {
  const query = new URLSearchParams(search)
  const attempt = query
    .getAll('state')
    .map(attemptOf)
    .find((id) => id !== undefined)
  if (!attempt) return { kind: 'notOurs' }
  const names = [...query.keys()]
  const [state, code, error] = ['state', 'code', 'error'].map((name) => query.get(name))
  const isClear =
    search.length <= LONGEST && new Set(names).size === names.length && !code !== !error
  if (!isClear || !state) return { kind: 'unclear', attempt }
  if (code) return { kind: 'code', attempt, state, query }
  return {
    kind: 'error',
    attempt,
    state,
    query,
    error: error ?? '',
    description: query.get('error_description') ?? '',
    subcode: query.get('error_subcode') ?? '',
  }
}
