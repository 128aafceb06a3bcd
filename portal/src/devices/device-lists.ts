import type { Fact } from './read-fact.ts'

/** A network card, as far as the device describes it. */
export type NetworkCard = {
  readonly mac: string
  readonly kind: 'wired' | 'wireless' | 'unknown'
  readonly isConnected: boolean
  readonly addresses: readonly string[]
}

const KINDS: Readonly<Record<string, NetworkCard['kind']>> = { 1: 'wired', 2: 'wireless' }

/** @see Windows "DeviceStatus CSP" › NetworkIdentifiers */
export function networkCards(facts: readonly Fact[]): NetworkCard[] {
  return gather(facts, /\/DeviceStatus\/NetworkIdentifiers\/([^/?]+)\/(\w+)$/).map(
    ([mac, values]) => ({
      mac,
      kind: KINDS[values['Type'] ?? ''] ?? 'unknown',
      isConnected: /^(?:true|1)$/i.test(values['IsConnected'] ?? ''),
      addresses: [values['IPAddressV4'], values['IPAddressV6']].filter(
        (text) => text !== undefined,
      ),
    }),
  )
}

export const THREAT_STATES = [
  'active',
  'actionFailed',
  'manualSteps',
  'fullScan',
  'restart',
  'remediated',
  'quarantined',
  'removed',
  'cleaned',
  'allowed',
  'cleared',
] as const

export type Threat = {
  readonly id: string
  readonly name: string
  /** Absent where the device does not tell it. */
  readonly state: (typeof THREAT_STATES)[number] | undefined
}

/** What Defender has found. @see Windows "Defender CSP" › Detections */
export function threatsOf(facts: readonly Fact[]): Threat[] {
  return gather(facts, /\/Defender\/Detections\/([^/?]+)\/(\w+)$/).map(([id, values]) => ({
    id,
    name: values['Name'] ?? id,
    state: THREAT_STATES[Number(values['CurrentStatus'] ?? -1)],
  }))
}

/** What is told below each member of a list, by its name. */
function gather(facts: readonly Fact[], below: RegExp): [string, Record<string, string>][] {
  const found = new Map<string, Record<string, string>>()
  for (const { uri, value } of facts) {
    const [, member, name] = below.exec(uri) ?? []
    if (member === undefined || name === undefined) continue
    const values = found.get(member) ?? {}
    if (value) values[name] = value
    found.set(member, values)
  }
  return [...found]
}
