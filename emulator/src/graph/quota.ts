import type { Clock } from '../clock.ts'
import { GraphError } from './graph-error.ts'

/** Limits of the identity service per app and tenant; reads depend on the size of the tenant. */
export type QuotaLimits = {
  /** Read units per window. */
  windowSeconds: number
  small: number
  medium: number
  large: number
  /** Write units per window. */
  writeWindowSeconds: number
  writes: number
}

export type QuotaUse = {
  readonly appId: string
  readonly tenantId: string
  readonly users: number
  /** Resource units of the request; a write also costs one write unit. */
  readonly cost: number
  readonly isWrite: boolean
  readonly enforce: boolean
}

type Bucket = { limit: number; windowMs: number; cost: number; kind: 'Read' | 'Write'; why: string }

/**
 * Counts resource units per app and tenant and throttles.
 * @see Graph "Microsoft Graph service-specific throttling limits" › Identity and access
 */
export class Quota {
  readonly limits: QuotaLimits = {
    windowSeconds: 10,
    small: 3500,
    medium: 5000,
    large: 8000,
    writeWindowSeconds: 150,
    writes: 3000,
  }
  readonly #used = new Map<string, { startMs: number; units: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Books the cost of a request; usage is counted even while throttled.
   * @returns headers for the answer
   * @throws GraphError 429 when a window is used up
   */
  spend(use: QuotaUse): Record<string, string> {
    const headers: Record<string, string> = { 'x-ms-resource-unit': String(use.cost) }
    if (!use.enforce) return headers
    for (const bucket of this.#bucketsFor(use)) {
      const { share, waitMs } = this.#book(use, bucket)
      if (share >= 0.8) headers['x-ms-throttle-limit-percentage'] = Math.min(share, 1.8).toFixed(2)
      if (share > 1) throw throttled(use, bucket, waitMs, headers)
    }
    return headers
  }

  #bucketsFor(use: QuotaUse): Bucket[] {
    const { limits } = this
    const read: Bucket = {
      kind: 'Read',
      why: 'ResourceUnitLimitExceeded',
      limit: use.users < 50 ? limits.small : use.users <= 500 ? limits.medium : limits.large,
      windowMs: limits.windowSeconds * 1000,
      cost: use.cost,
    }
    const write: Bucket = {
      kind: 'Write',
      why: 'WriteLimitExceeded',
      limit: limits.writes,
      windowMs: limits.writeWindowSeconds * 1000,
      cost: 1,
    }
    return use.isWrite ? [read, write] : [read]
  }

  #book(use: QuotaUse, bucket: Bucket): { share: number; waitMs: number } {
    const now = this.#clock.now().getTime()
    const key = `${use.appId}/${use.tenantId}/${bucket.kind}`
    const known = this.#used.get(key)
    const isOpen = known && now >= known.startMs && now < known.startMs + bucket.windowMs
    const window = isOpen ? known : { startMs: now, units: 0 }
    window.units += bucket.cost
    this.#used.set(key, window)
    return { share: window.units / bucket.limit, waitMs: window.startMs + bucket.windowMs - now }
  }
}

function throttled(
  use: QuotaUse,
  bucket: Bucket,
  waitMs: number,
  headers: Record<string, string>,
): GraphError {
  return new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
    headers: {
      ...headers,
      'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
      'x-ms-throttle-scope': `Tenant_Application/${bucket.kind}/${use.appId}/${use.tenantId}`,
      'x-ms-throttle-information': bucket.why,
    },
    inner: { code: '429', message: 'Please retry after', status: '429' },
  })
}
