import { Skeleton } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { useTranslation } from 'react-i18next'
import { Ago, useNow } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { DeviceCall, useContact } from './DeviceCall.tsx'
import classes from './Devices.module.css'
import type { NodeId } from './device-node.ts'
import { nodeById } from './device-nodes.ts'
import { FactValue, Since, useSize } from './FactValue.tsx'
import { nextVisit } from './next-visit.ts'
import { bookOf, type FactBook, factOf, lastHeard, readFact } from './read-fact.ts'
import { useFacts } from './use-facts.ts'

const SHOWN = [
  'drive',
  'secureBoot',
  'antivirus',
  'firewall',
  'tpmVersion',
] as const satisfies readonly NodeId[]

type Props = { device: DeviceDetail; org: string }

/** Whether the device comes, and the five things that everybody asks first. */
export function DeviceStanding({ device, org }: Props) {
  const { t } = useTranslation('devices')
  const facts = useFacts(org, device.id)
  const lastSeenAt = lastHeard(device.lastSeenAt, facts.data?.items ?? [])
  const heard = { ...device, lastSeenAt }
  const panel = (book: FactBook | undefined) => (
    <Panel title={t('standing.title')} hint={t('standing.hint')}>
      <Facts
        facts={[
          { name: t('standing.lastSeen'), value: <LastSeen device={heard} /> },
          { name: t('standing.next'), value: <NextVisit device={heard} org={org} /> },
          ...(device.state === 'enrolled'
            ? [{ name: t('call.title'), value: <DeviceCall org={org} device={device} /> }]
            : []),
          ...SHOWN.map((id) => ({
            name: t(`node.${id}`),
            value: book ? <Told id={id} book={book} /> : <Skeleton height={12} width="40%" />,
          })),
          {
            name: t('standing.free'),
            value: book ? <FreeStorage book={book} /> : <Skeleton height={12} width="40%" />,
          },
        ]}
      />
    </Panel>
  )
  return (
    <Loaded query={facts} skeleton={panel(undefined)}>
      {({ items }) => panel(bookOf(items))}
    </Loaded>
  )
}

function Told({ id, book }: { id: NodeId; book: FactBook }) {
  const node = nodeById(id)
  const fact = factOf(book, node)
  return (
    <>
      <FactValue reading={readFact(node, fact)} />
      <span className={classes['since']}>
        <Since fact={fact} />
      </span>
    </>
  )
}

function LastSeen({ device: { lastSeenAt } }: { device: DeviceDetail }) {
  const { t } = useTranslation('devices')
  return lastSeenAt ? <Ago instant={lastSeenAt} /> : <span>{t('field.neverSeen')}</span>
}

function NextVisit({ device, org }: Props) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const contact = useContact(org, device.id)
  const { at, isLate } = nextVisit(device, useNow(), contact?.poll)
  const time = dateTime(at.toISOString())
  if (device.state !== 'enrolled') return <>{t('standing.never')}</>
  const words = contact?.poll.onSignIn === false ? 'standing.nextByOnly' : 'standing.nextBy'
  if (!isLate) return <>{t(words, { time })}</>
  return (
    <>
      <StateTag size="sm" tone="attention" label={t('standing.late')} />
      {t('standing.lateText', { time })}
    </>
  )
}

function FreeStorage({ book }: { book: FactBook }) {
  const { t } = useTranslation('devices')
  const size = useSize()
  const read = (id: NodeId) => readFact(nodeById(id), factOf(book, nodeById(id)))
  const free = read('freeStorage')
  const total = read('totalStorage')
  if (free.kind !== 'megabytes' || total.kind !== 'megabytes') return <FactValue reading={free} />
  return <>{t('fact.freeOf', { free: size(free.megabytes), total: size(total.megabytes) })}</>
}
