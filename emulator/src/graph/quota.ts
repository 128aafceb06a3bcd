import type { Clock } from '../clock.ts'
import { GraphError } from './graph-error.ts'

/** Read limits of the identity service in resource units per 10 s, by tenant size; changeable. */
export type QuotaLimits = {
  windowSeconds: number
  small: number
  medium: number
  large: number
}

/**
 * Counts resource units per app and tenant and throttles.
 * @see Graph "Microsoft Graph service-specific throttling limits" › Identity and access
 */
export class Quota {
  readonly limits: QuotaLimits = { windowSeconds: 10, small: 3500, medium: 5000, large: 8000 }
  readonly #used = new Map<string, { windowStart: number; units: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Books the cost of a request; usage is counted even while throttled.
   * @returns headers for the answer
   * @throws GraphError 429 when the window is used up
   */
  spend(use: {
    appId: string
    tenantId: string
    users: number
    cost: number
    enforce: boolean
  }): Record<string, string> {
    const headers: Record<string, string> = { 'x-ms-resource-unit': String(use.cost) }
    if (!use.enforce) return headers
    const windowMs = this.limits.windowSeconds * 1000
    const now = this.#clock.now().getTime()
    const key = `${use.appId}/${use.tenantId}`
    let window = this.#used.get(key)
    if (!window || now >= window.windowStart + windowMs || now < window.windowStart) {
      window = { windowStart: now, units: 0 }
      this.#used.set(key, window)
    }
    window.units += use.cost
    const share = window.units / this.#limitFor(use.users)
    if (share >= 0.8) headers['x-ms-throttle-limit-percentage'] = Math.min(share, 1.8).toFixed(2)
    if (share > 1) throw throttled((window.windowStart + windowMs - now) / 1000, use, headers)
    return headers
  }

  #limitFor(users: number): number {
    if (users < 50) return this.limits.small
    return users <= 500 ? this.limits.medium : this.limits.large
  }
}

function throttled(
  waitSeconds: number,
  use: { appId: string; tenantId: string },
  headers: Record<string, string>,
): GraphError {
  return new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
    headers: {
      ...headers,
      'retry-after': String(Math.max(1, Math.ceil(waitSeconds))),
      'x-ms-throttle-scope': `Tenant_Application/Read/${use.appId}/${use.tenantId}`,
      'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
    },
    inner: { code: '429', message: 'Please retry after', status: '429' },
  })
}
