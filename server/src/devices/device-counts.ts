import type { OrganizationId } from '../platform/organization-id.ts'

/** Small enough to be counted each time. */
const SMALL = 2000
/** A large count changes little in that time, and lists ask every few seconds. */
const KEPT_MS = 15_000
/** Entries; one takes some 300 bytes. */
const MOST = 2000

type Kept = { readonly at: number; readonly count: number }

/** What large lists counted lately. Of this process alone: another may tell a count some seconds older. */
export class DeviceCounts {
  #kept = new Map<string, Kept>()

  /** @param what the same for the same count. */
  async find(
    organization: OrganizationId,
    what: string,
    { now, count }: { readonly now: Date; readonly count: () => Promise<number> },
  ): Promise<number> {
    const key = `${organization} ${what}`
    const known = this.#kept.get(key)
    const at = now.getTime()
    if (known && at - known.at >= 0 && at - known.at < KEPT_MS) return known.count
    const counted = await count()
    this.#kept.delete(key)
    if (counted < SMALL) return counted
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < MOST) break
      this.#kept.delete(oldest)
    }
    this.#kept.set(key, { at, count: counted })
    return counted
  }
}
