import type { Clock } from '../platform/clock.ts'

/** How often somebody unproven may fail from one network in a minute, at all processes together … */
const FAILURES_PER_MINUTE = 30
/** … and how much oftener for each person who proved themselves there: a whole school can be behind one address. */
const PER_PROVEN = 20
const MOST_PROVEN = 50
const MINUTE_MS = 60_000
/**
 * Networks whose counts are shared in one go, the worst first: whoever comes from a new address each time
 * must not have a row written for each. Of those left out each process counts for itself.
 */
const MOST_SHARED = 50
const MOST_NETWORKS = 20_000

/** How often one network has failed in one minute. */
export type Failures = { readonly network: string; readonly minute: number; readonly count: number }

export type AddressGate = {
  /** Whether an address may ask just now. Costs nothing: what others have seen was told before. */
  readonly admits: (address: string) => boolean
  /** Something was refused that nobody proven had sent. */
  readonly fail: (address: string) => void
  /** Somebody proved there who they are. */
  readonly prove: (address: string) => void
}

type AddressGateParts = {
  readonly clock: Clock
  readonly networkOf: (address: string) => string
  /**
   * Adds failures to those of all processes.
   *
   * @returns how many there are by now, in the same order.
   */
  readonly share: (counted: readonly Failures[]) => Promise<readonly number[]>
  /** Between two times of sharing: whoever fails as fast as they can does not write as fast. */
  readonly pause: () => Promise<unknown>
}

type Count = {
  minute: number
  /** In this minute, as far as it is known here. */
  failures: number
  unshared: number
  proven: number
  provenUntil: number
}

/**
 * Counts what fails from each network; what succeeds is never counted, so that a school can enrol as many
 * devices as it likes. Counts are shared about once a second, and only while something fails.
 */
export function createAddressGate(parts: AddressGateParts): AddressGate {
  const { clock, networkOf } = parts
  const counts = new Map<string, Count>()
  const find = (network: string): Count => {
    const now = clock.now().getTime()
    const minute = Math.floor(now / MINUTE_MS)
    let count = counts.get(network)
    if (!count) {
      if (counts.size >= MOST_NETWORKS) counts.clear()
      count = { minute, failures: 0, unshared: 0, proven: 0, provenUntil: 0 }
      counts.set(network, count)
    }
    if (count.provenUntil <= now) count.proven = 0
    if (count.minute !== minute) Object.assign(count, { minute, failures: 0, unshared: 0 })
    return count
  }
  const tell = createTeller(parts, counts)
  return {
    admits(address) {
      const { failures, proven } = find(networkOf(address))
      return failures < FAILURES_PER_MINUTE + PER_PROVEN * proven
    },
    fail(address) {
      const network = networkOf(address)
      const count = find(network)
      count.failures += 1
      count.unshared += 1
      tell(network)
    },
    prove(address) {
      const count = find(networkOf(address))
      count.proven = Math.min(MOST_PROVEN, count.proven + 1)
      count.provenUntil = clock.now().getTime() + 60 * MINUTE_MS
    },
  }
}

/** Shares what was counted, all networks at once, and takes over what others have counted. */
function createTeller({ share, pause }: AddressGateParts, counts: Map<string, Count>) {
  const waiting = new Set<string>()
  let isTelling = false

  const tellOnce = async () => {
    const told = [...waiting]
      .flatMap((network) => {
        const count = counts.get(network)
        return count && count.unshared > 0 ? [{ network, count, added: count.unshared }] : []
      })
      .sort((one, other) => other.added - one.added)
      .slice(0, MOST_SHARED)
    waiting.clear()
    const given = told.map(({ network, count, added }) => {
      count.unshared = 0
      return { network, minute: count.minute, count: added }
    })
    if (given.length === 0) return
    const totals = await share(given)
    for (const [place, { count }] of told.entries()) {
      if (count.minute !== given[place]?.minute) continue
      count.failures = Math.max(count.failures, (totals[place] ?? 0) + count.unshared)
    }
  }
  const tellAll = async () => {
    isTelling = true
    while (waiting.size > 0) {
      // Without the database, each process counts for itself: enrolments fail anyhow, and say so.
      await tellOnce().catch(() => {})
      await pause()
    }
    isTelling = false
  }
  return (network: string) => {
    waiting.add(network)
    if (!isTelling) void tellAll()
  }
}
