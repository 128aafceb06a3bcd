import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../api-error.ts'

/** What a browser says about where a request comes from. */
export type RequestOrigin = {
  readonly method: string
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes that another site makes a browser send. A request without either header comes from
 * no browser; what it may do depends on its credential alone.
 *
 * @throws {ApiError} 403 `originWrong`
 * @see OWASP Cross-Site Request Forgery Prevention › Fetch Metadata headers
 */
export function checkOrigin(request: RequestOrigin, publicUrl: URL): void {
  if (SAFE.has(request.method)) return
  const { origin, fetchSite } = request
  const isForeignSite = fetchSite !== undefined && fetchSite !== 'same-origin'
  const isForeignOrigin = origin !== undefined && origin !== publicUrl.origin
  if (!isForeignSite && !isForeignOrigin) return
  throw new ApiError(403, 'originWrong', { values: { url: publicUrl.origin } })
}

/**
 * Refuses changes made with a session cookie but without its token, which no other site can read.
 *
 * @throws {ApiError} 403 `csrfTokenWrong`
 */
export function checkCsrfToken(method: string, sent: unknown, expected: string): void {
  if (SAFE.has(method)) return
  const given = Buffer.from(typeof sent === 'string' ? sent : '')
  const wanted = Buffer.from(expected)
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new ApiError(403, 'csrfTokenWrong')
}
