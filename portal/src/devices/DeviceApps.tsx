import type { AnswerOf } from '@mooring/contract/endpoints'
import { IconApps } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ListFilters } from '../directory/ListFilters.tsx'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { type Application, applicationsOf } from './applications.ts'
import { NothingTold } from './NothingTold.tsx'
import { useFacts } from './use-facts.ts'

/** What is installed on the device, as it tells once a week. */
export function DeviceApps({ device, org }: { device: string; org: string }) {
  const facts = useFacts(org, device)
  return (
    <Loaded query={facts} skeleton={<Applications items={undefined} />}>
      {(told) => (told.items.length === 0 ? <NothingTold /> : <Told facts={told} />)}
    </Loaded>
  )
}

function Told({ facts }: { facts: AnswerOf<'getDeviceFacts'> }) {
  const { t } = useTranslation('devices')
  const [search, setSearch] = useState('')
  const all = applicationsOf(facts.items)
  const words = search.toLowerCase().split(/\s+/)
  const shown = all.filter(({ name, publisher = '', version = '' }) =>
    words.every((word) => `${name} ${publisher} ${version}`.toLowerCase().includes(word)),
  )
  if (all.length === 0) {
    return (
      <Panel title={t('apps.title')}>
        <Empty icon={<IconApps size={24} />} title={t('apps.none')} text={t('apps.noneText')} />
      </Panel>
    )
  }
  return (
    <>
      <ListFilters
        label={t('apps.search')}
        placeholder={t('apps.searchHint')}
        value={search}
        onSearch={setSearch}
      />
      <Applications items={shown} />
    </>
  )
}

function Applications({ items }: { items: readonly Application[] | undefined }) {
  const { t } = useTranslation('devices')
  const columns: Column<Application>[] = [
    {
      id: 'name',
      head: t('apps.name'),
      narrow: 'first',
      width: '34%',
      cell: ({ name }) => <strong>{name}</strong>,
    },
    {
      id: 'version',
      head: t('apps.version'),
      narrow: 'second',
      cell: ({ version }) => version ?? <span className="soft">–</span>,
    },
    {
      id: 'publisher',
      head: t('apps.publisher'),
      narrow: 'below',
      cell: ({ publisher }) => publisher ?? <span className="soft">–</span>,
    },
    {
      id: 'kind',
      head: t('apps.kind'),
      narrow: 'end',
      cell: ({ kind }) => t(`apps.kindOf.${kind}`),
    },
    {
      id: 'since',
      head: t('apps.since'),
      from: 'medium',
      cell: ({ since }) => <Ago instant={since} />,
    },
  ]
  const isNone = items?.length === 0
  return (
    <Panel title={t('apps.title')} hint={t('apps.hint')} flush>
      {isNone ? (
        <Empty icon={<IconApps size={24} />} title={t('apps.noMatch')} />
      ) : (
        <ItemList label={t('apps.title')} columns={columns} items={items} keyOf={({ id }) => id} />
      )}
    </Panel>
  )
}
