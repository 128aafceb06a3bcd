import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Devices.module.css'
import { networkCards } from './device-lists.ts'
import type { HardwareGroup } from './device-node.ts'
import { DEVICE_NODES } from './device-nodes.ts'
import { FactValue, Since } from './FactValue.tsx'
import { NothingTold } from './NothingTold.tsx'
import { bookOf, type Fact, factOf, readFact } from './read-fact.ts'
import { useFacts } from './use-facts.ts'

const GROUPS = [
  'system',
  'device',
  'processor',
  'storage',
  'tpm',
  'firmware',
  'network',
  'licence',
] as const satisfies readonly HardwareGroup[]

/** What the device is made of, and what runs on it; what it does not tell is left out. */
export function DeviceHardware({ device, org }: { device: string; org: string }) {
  const facts = useFacts(org, device)
  return (
    <Loaded query={facts} skeleton={<HardwareSkeleton />}>
      {({ items }) =>
        items.length === 0 ? (
          <NothingTold />
        ) : (
          <div className="stack">
            {GROUPS.map((group) => (
              <HardwarePanel key={group} group={group} facts={items} />
            ))}
          </div>
        )
      }
    </Loaded>
  )
}

function HardwarePanel({ group, facts }: { group: HardwareGroup; facts: readonly Fact[] }) {
  const { t } = useTranslation('devices')
  const book = bookOf(facts)
  const cards = useCards(group === 'network' ? facts : [])
  const told = DEVICE_NODES.filter((node) => node.hardware === group).flatMap((node) => {
    const fact = factOf(book, node)
    const reading = readFact(node, fact)
    if (reading.kind === 'unknown') return []
    const value = (
      <>
        <FactValue reading={reading} />
        <span className={classes['since']}>
          <Since fact={fact} />
        </span>
      </>
    )
    return [{ name: t(`node.${node.id}`), value }]
  })
  const shown = [...told, ...cards]
  if (shown.length === 0) return null
  return (
    <Panel title={t(`hardware.group.${group}`)}>
      <Facts facts={shown} />
    </Panel>
  )
}

function useCards(facts: readonly Fact[]) {
  const { t } = useTranslation('devices')
  return networkCards(facts).map(({ mac, kind, isConnected, addresses }) => ({
    name: `${t(`card.${kind}`)} ${mac}`,
    value: [t(isConnected ? 'card.connected' : 'card.notConnected'), ...addresses].join(', '),
  }))
}

function HardwareSkeleton() {
  const { t } = useTranslation('devices')
  return (
    <div className="stack" aria-busy>
      {GROUPS.slice(0, 3).map((group) => (
        <Panel key={group} title={t(`hardware.group.${group}`)}>
          <Skeleton height={12} my={8} width="60%" />
          <Skeleton height={12} my={8} width="40%" />
        </Panel>
      ))}
    </div>
  )
}
