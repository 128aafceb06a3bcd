import type { ProviderInput } from '@mooring/contract/single-sign-on'
import { ApiError, type FieldError } from '../platform/api-error.ts'

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether this server is reached on loopback only: then it is tried out, and so may a provider be. */
export const isTriedOut = (publicUrl: URL): boolean => LOOPBACK.test(publicUrl.hostname)

/**
 * Refuses addresses that a provider cannot have: without https, except on loopback while Mooring itself
 * is there; with a name and password; with a fragment.
 *
 * @throws {ApiError} 422 `validationFailed`
 */
export function checkUrls(input: ProviderInput, publicUrl: URL): void {
  if (input.kind !== 'openid') return
  const { kind: _kind, ...urls } = input.endpoints
  const fields = Object.entries(urls).flatMap(([name, url]): FieldError[] => {
    if (url === null || isAllowed(new URL(url), publicUrl)) return []
    return [{ path: `endpoints.${name}`, message: 'providerUrlWrong' }]
  })
  if (fields.length > 0) throw new ApiError(422, 'invalidInput', { fields })
}

function isAllowed(url: URL, publicUrl: URL): boolean {
  if (url.username || url.password || url.hash) return false
  return url.protocol === 'https:' || (LOOPBACK.test(url.hostname) && isTriedOut(publicUrl))
}
