import type { DeviceGroup } from '@mooring/contract/device-groups'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'

type Props = { groups: readonly DeviceGroup[] | undefined; org: string }

/** Groups of one page. */
export function GroupList({ groups, org }: Props) {
  const { t } = useTranslation('device-groups')
  const { number } = useFormats()
  const columns: Column<DeviceGroup>[] = [
    {
      id: 'name',
      head: t('column.name'),
      narrow: 'first',
      width: '40%',
      cell: ({ id, name, description }) => (
        <>
          <PageLink href={paths.deviceGroup(org, id)} strong>
            {name}
          </PageLink>
          {description && <div className="soft">{description}</div>}
        </>
      ),
    },
    {
      id: 'kind',
      head: t('column.kind'),
      narrow: 'second',
      cell: ({ filter }) => t(`kind.${filter === null ? 'chosen' : 'filter'}`),
    },
    {
      id: 'devices',
      head: t('column.devices'),
      narrow: 'second',
      cell: ({ deviceCount: count }) =>
        count === null ? (
          <span className="soft">{t('counted')}</span>
        ) : (
          t('devices', { count, number: number(count) })
        ),
    },
    {
      id: 'changed',
      head: t('column.changed'),
      from: 'medium',
      cell: ({ changedAt }) => <Ago instant={changedAt} />,
    },
  ]
  return (
    <ItemList
      label={t('title')}
      columns={columns}
      items={groups}
      keyOf={({ id }) => id}
      expected={4}
    />
  )
}
