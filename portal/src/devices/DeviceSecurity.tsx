import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { type Threat, threatsOf } from './device-lists.ts'
import type { DeviceNode, SecurityGroup } from './device-node.ts'
import { DEVICE_NODES } from './device-nodes.ts'
import { FactValue, Since } from './FactValue.tsx'
import { NothingTold } from './NothingTold.tsx'
import { bookOf, type Fact, factOf, isJudged, type Reading, readFact, toneOf } from './read-fact.ts'
import { THREAT_TONES } from './tones.ts'
import { useFacts } from './use-facts.ts'

const GROUPS = [
  'encryption',
  'start',
  'protection',
  'defender',
] as const satisfies readonly SecurityGroup[]

type Point = { node: DeviceNode; fact: Fact | undefined; reading: Reading }

/** Whether the device is safe, point by point: what speaks for it, what against, what is not known. */
export function DeviceSecurity({ device, org }: { device: string; org: string }) {
  const facts = useFacts(org, device)
  return (
    <Loaded query={facts} skeleton={<Groups points={undefined} />}>
      {({ items }) => {
        if (items.length === 0) return <NothingTold />
        const book = bookOf(items)
        const points = DEVICE_NODES.filter((node) => node.security)
          .map((node) => {
            const fact = factOf(book, node)
            return { node, fact, reading: readFact(node, fact) }
          })
          // A date that nobody told is no point that nothing is known of.
          .filter(({ node, reading }) => reading.kind !== 'unknown' || isJudged(node))
        return (
          <div className="stack">
            <Verdict points={points} />
            <Threats threats={threatsOf(items)} />
            <Groups points={points} />
          </div>
        )
      }}
    </Loaded>
  )
}

/** One sentence above the rest. */
function Verdict({ points }: { points: readonly Point[] }) {
  const { t } = useTranslation('devices')
  const tones = points.map(({ reading }) => toneOf(reading))
  const bad = tones.filter((tone) => tone === 'wrong' || tone === 'attention').length
  const unknown = tones.filter((tone) => tone === 'unknown').length
  const tone = tones.includes('wrong') ? 'wrong' : bad > 0 ? 'attention' : 'ok'
  return (
    <Notice
      tone={tone}
      title={bad === 0 ? t('security.allWell') : t('security.bad', { count: bad })}
    >
      {unknown > 0 && (
        <p>
          {t('security.unknown', { count: unknown })} {t('security.hint')}
        </p>
      )}
    </Notice>
  )
}

function Groups({ points }: { points: readonly Point[] | undefined }) {
  const { t } = useTranslation('devices')
  const columns: Column<Point>[] = [
    {
      id: 'question',
      head: t('security.question'),
      narrow: 'first',
      width: '36%',
      cell: ({ node }) => t(`node.${node.id}`),
    },
    {
      id: 'verdict',
      head: t('security.verdict'),
      narrow: 'below',
      width: '36%',
      cell: ({ reading }) => <FactValue reading={reading} />,
    },
    {
      id: 'since',
      head: t('security.since'),
      narrow: 'second',
      cell: ({ fact }) => <Since fact={fact} />,
    },
  ]
  return (
    <div className="stack">
      {GROUPS.map((group) => (
        <Panel key={group} title={t(`security.group.${group}`)} flush>
          <ItemList
            label={t(`security.group.${group}`)}
            columns={columns}
            items={points?.filter(({ node }) => node.security === group)}
            keyOf={({ node }) => node.id}
            expected={3}
          />
        </Panel>
      ))}
    </div>
  )
}

function Threats({ threats }: { threats: readonly Threat[] }) {
  const { t } = useTranslation('devices')
  if (threats.length === 0) return null
  const columns: Column<Threat>[] = [
    { id: 'name', head: t('threat.name'), narrow: 'first', cell: ({ name }) => name },
    {
      id: 'state',
      head: t('threat.state'),
      narrow: 'below',
      cell: ({ state }) => (
        <StateTag
          size="sm"
          tone={state ? THREAT_TONES[state] : 'unknown'}
          label={state ? t(`threatState.${state}`) : t('fact.unknown')}
        />
      ),
    },
  ]
  return (
    <Panel title={t('threat.title')} flush>
      <ItemList
        label={t('threat.title')}
        columns={columns}
        items={threats}
        keyOf={({ id }) => id}
      />
    </Panel>
  )
}
