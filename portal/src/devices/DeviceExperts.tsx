import { Button } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { IconCode } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import classes from './Devices.module.css'
import { Since } from './FactValue.tsx'
import { OwnCommandForm } from './OwnCommandForm.tsx'
import type { Fact } from './read-fact.ts'
import { useFacts } from './use-facts.ts'
import type { Giving } from './use-give-command.ts'

/** More than anybody reads; whoever looks for something filters. */
const SHOWN = 100
/** What is longer is folded. */
const SHORT = 120

type Props = { device: DeviceDetail; org: string; giving: Giving }

/** Every node as the device told it, and a command of one's own. */
export function DeviceExperts({ device, org, giving }: Props) {
  const { t } = useTranslation('devices')
  const mayManage = useMay('devices.manage')
  const [isWriting, setWriting] = useState(false)
  const begin = () => {
    giving.reset()
    setWriting(true)
  }
  const button = mayManage && device.state === 'enrolled' && !isWriting && (
    <Button variant="default" onClick={begin}>
      {t('expert.write')}
    </Button>
  )
  return (
    <div className="stack">
      {isWriting && (
        <Panel title={t('own.title')} hint={t('own.hint')}>
          <OwnCommandForm
            error={giving.variables?.kind === 'syncml' ? giving.error : null}
            isBusy={giving.isPending}
            sendLabel={t('own.send')}
            onSend={(command) => giving.mutate(command)}
            onClose={() => setWriting(false)}
          />
        </Panel>
      )}
      <NodesPanel device={device.id} org={org} action={button} />
    </div>
  )
}

type NodesProps = { device: string; org: string; action: ReactNode }

function NodesPanel({ device, org, action }: NodesProps) {
  const { t } = useTranslation(['devices', 'frame'])
  const facts = useFacts(org, device)
  const [{ filter = '' }, change] = usePageSearch()
  return (
    <Panel title={t('expert.title')} hint={t('expert.hint')} action={action} flush>
      <div className={classes['filter']}>
        <SearchField
          label={t('expert.filter')}
          placeholder={t('expert.filterHint')}
          clearLabel={t('frame:action.clear')}
          value={filter}
          onSearch={(text) => change({ filter: text || undefined }, 'replace')}
        />
      </div>
      <Loaded query={facts} skeleton={<NodeList facts={undefined} />}>
        {({ items }) => <Found facts={fitting(items, filter)} isAll={items.length === 0} />}
      </Loaded>
    </Panel>
  )
}

function fitting(facts: readonly Fact[], filter: string): readonly Fact[] {
  const wanted = filter.toLowerCase()
  return facts.filter(({ uri, value }) => `${uri}\n${value ?? ''}`.toLowerCase().includes(wanted))
}

function Found({ facts, isAll }: { facts: readonly Fact[]; isAll: boolean }) {
  const { t } = useTranslation('devices')
  const more = facts.length - SHOWN
  if (facts.length === 0) {
    return (
      <Empty
        icon={<IconCode size={24} />}
        title={t(isAll ? 'device.nothingTold' : 'expert.noMatch')}
        text={isAll && t('device.nothingToldText')}
      />
    )
  }
  return (
    <>
      <NodeList facts={facts.slice(0, SHOWN)} />
      {more > 0 && (
        <div className={`soft ${classes['note']}`}>{t('expert.more', { count: more })}</div>
      )}
    </>
  )
}

function NodeList({ facts }: { facts: readonly Fact[] | undefined }) {
  const { t } = useTranslation('devices')
  const { number } = useFormats()
  const columns: Column<Fact>[] = [
    {
      id: 'node',
      head: t('expert.node'),
      narrow: 'first',
      width: '44%',
      cell: ({ uri }) => (
        <span className={classes['whole']}>
          <code className="mono">{uri}</code> <Copy value={uri} what={t('expert.node')} />
        </span>
      ),
    },
    {
      id: 'value',
      head: t('expert.value'),
      narrow: 'below',
      cell: ({ value }) => <RawValue value={value} />,
    },
    {
      id: 'code',
      head: t('expert.code'),
      narrow: 'second',
      width: '72px',
      numeric: true,
      cell: ({ code }) => number(code),
    },
    {
      id: 'since',
      head: t('expert.since'),
      from: 'wide',
      width: '20%',
      cell: (fact) => <Since fact={fact} />,
    },
  ]
  return (
    <ItemList
      label={t('expert.title')}
      columns={columns}
      items={facts}
      keyOf={({ uri }) => uri}
      expected={12}
    />
  )
}

function RawValue({ value }: { value: string | null }) {
  const { t } = useTranslation('devices')
  if (value === null || value === '') return <span className="soft">–</span>
  if (value.length <= SHORT) {
    return <code className={`mono ${classes['whole']}`}>{value}</code>
  }
  return (
    <details className={classes['unfold']}>
      <summary>{t('expert.whole')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <pre className={`mono ${classes['value']}`} tabIndex={0}>
        {value}
      </pre>
    </details>
  )
}
