import type { OrganizationId } from '../platform/organization-id.ts'

/** Asks for a count that somebody may have made already. */
export type Keep = (what: string, count: () => Promise<number>) => Promise<number>

/** Counts each time. */
export const countAnew: Keep = (_what, count) => count()

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

  /** @param version from `findDirectoryFacts`; without one every count is made anew. */
  of(organization: OrganizationId, version: string | undefined): Keep {
    if (version === undefined) return countAnew
    return (what, count) => this.#find(`${organization} ${what}`, version, count)
  }

  /** The numbers that are known, and those of the rest, which are counted together. */
  async ofMany(
    keep: { readonly organization: OrganizationId; readonly version: string | undefined },
    names: readonly string[],
    count: (names: readonly string[]) => Promise<ReadonlyMap<string, number>>,
  ): Promise<ReadonlyMap<string, number>> {
    const { organization, version } = keep
    const isKnown = (name: string) =>
      version !== undefined && this.#kept.get(`${organization} ${name}`)?.version === version
    const missing = names.filter((name) => !isKnown(name))
    const counted = missing.length > 0 ? count(missing) : undefined
    const one = this.of(organization, version)
    const entries = names.map(
      async (name) => [name, await one(name, async () => (await counted)?.get(name) ?? 0)] as const,
    )
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
