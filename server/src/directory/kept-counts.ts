import type { OrganizationId } from '../platform/organization-id.ts'

/** Whose directory is counted, and as it is when. */
type CountedAt = {
  readonly organization: OrganizationId
  /** From the facts; without one every count is made anew. */
  readonly version: string | undefined
}

/** Entries; one takes some 200 bytes. */
const MOST = 20_000

type Kept = { readonly version: string; readonly count: Promise<number> }

/**
 * Counts over many rows, kept for as long as an organization's directory stays as it is: lists are
 * looked at far more often than Entra changes.
 *
 * Of this process alone, and right in each: what is asked for names the version of the directory, which
 * was read from the database before.
 */
export class KeptCounts {
  #kept = new Map<string, Kept>()

  /** @param what the same for the same count, of all organizations. */
  async one(
    { organization, version }: CountedAt,
    what: string,
    count: () => Promise<number>,
  ): Promise<number> {
    if (version === undefined) return await count()
    return await this.#find(`${organization} ${what}`, version, count)
  }

  /** What the count was last, also of another version: to choose a way by, and not to tell. */
  async recall(organization: OrganizationId, what: string): Promise<number | undefined> {
    return await this.#kept.get(`${organization} ${what}`)?.count.catch(() => undefined)
  }

  /** The numbers that are known, and those of the rest, which are counted together. */
  async many(
    at: CountedAt,
    names: readonly string[],
    count: (names: readonly string[]) => Promise<ReadonlyMap<string, number>>,
  ): Promise<ReadonlyMap<string, number>> {
    const isKnown = (name: string) =>
      at.version !== undefined &&
      this.#kept.get(`${at.organization} ${name}`)?.version === at.version
    const missing = names.filter((name) => !isKnown(name))
    const counted = missing.length > 0 ? count(missing) : undefined
    const entries = names.map(async (name) => {
      const one = await this.one(at, name, async () => (await counted)?.get(name) ?? 0)
      return [name, one] as const
    })
    return new Map(await Promise.all(entries))
  }

  #find(key: string, version: string, count: () => Promise<number>): Promise<number> {
    const known = this.#kept.get(key)
    if (known?.version === version) return known.count
    const entry = { version, count: count() }
    // What was asked for first goes first: most of it is of a version that is over.
    this.#kept.delete(key)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < MOST) break
      this.#kept.delete(oldest)
    }
    this.#kept.set(key, entry)
    // A failure is for whoever waits for it now, and not for the next.
    entry.count.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key)
    })
    return entry.count
  }
}
