import { type DeviceTraits, readTraits } from '@mooring/contract/device-traits'

/** A value as a device last told it. `since` is when it began to be so, in milliseconds. */
export type ToldFact = {
  readonly value?: string | undefined
  readonly code: number
  readonly since: number
}

/** Everything that a verdict is made of, but the rules and the time. */
export type Evidence = {
  readonly facts: Readonly<Record<string, ToldFact>>
  readonly traits: DeviceTraits
  /** When its security was last read as a whole, in milliseconds; absent: never. */
  readonly readAt: number | undefined
  /** When it was last here, in milliseconds; its enrolment counts. */
  readonly seenAt: number
  /** The names of what is installed; absent: never told. */
  readonly applications: readonly string[] | undefined
}

/** Takes together what is known of a device. */
export function gatherEvidence(known: {
  readonly facts: Readonly<Record<string, ToldFact>>
  readonly readAt: number | undefined
  readonly seenAt: number
  readonly applications: readonly string[] | undefined
}): Evidence {
  return { ...known, traits: readTraits(known.facts) }
}

/** What a device said of one node; absent where it has none, or nothing in it. */
export function told({ facts }: Evidence, node: string): string | undefined {
  const fact = Object.hasOwn(facts, node) ? facts[node] : undefined
  return fact && fact.code >= 200 && fact.code < 300 ? fact.value : undefined
}
