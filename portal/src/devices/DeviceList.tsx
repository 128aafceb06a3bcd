import type { Device } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { DeviceTag } from './DeviceTag.tsx'

/** The devices of one page. */
export function DeviceList({
  devices,
  org,
}: {
  devices: readonly Device[] | undefined
  org: string
}) {
  const { t } = useTranslation('devices')
  const columns: Column<Device>[] = [
    {
      id: 'name',
      head: t('field.name'),
      narrow: 'first',
      width: '20%',
      cell: ({ id, name }) => (
        <PageLink href={paths.device(org, id)} strong>
          {name}
        </PageLink>
      ),
    },
    {
      id: 'user',
      head: t('field.user'),
      narrow: 'second',
      cell: ({ user }) => <DeviceUser user={user} org={org} />,
    },
    {
      id: 'model',
      head: t('field.model'),
      from: 'wide',
      width: '18%',
      cell: (device) => modelOf(device) ?? <span className="soft">–</span>,
    },
    {
      id: 'system',
      head: t('field.system'),
      from: 'medium',
      cell: (device) => systemOf(device),
    },
    {
      id: 'ownership',
      head: t('field.ownership'),
      from: 'medium',
      cell: ({ ownership }) => <span className="nowrap">{t(`ownership.${ownership}`)}</span>,
    },
    {
      id: 'enrolledAt',
      head: t('field.enrolledAt'),
      from: 'wide',
      cell: ({ enrolledAt }) => <Ago instant={enrolledAt} />,
    },
    {
      id: 'lastSeenAt',
      head: t('field.lastSeenAt'),
      narrow: 'second',
      cell: ({ lastSeenAt }) =>
        lastSeenAt ? (
          <Ago instant={lastSeenAt} />
        ) : (
          <span className="soft">{t('field.neverSeen')}</span>
        ),
    },
    {
      id: 'state',
      head: t('field.state'),
      narrow: 'end',
      cell: ({ state, lostAt }) => <DeviceTag state={state} lostAt={lostAt} />,
    },
  ]
  return (
    <ItemList
      label={t('title')}
      columns={columns}
      items={devices}
      keyOf={({ id }) => id}
      expected={12}
    />
  )
}

type UserProps = { user: Device['user']; org: string; inText?: boolean }

/** Whose device it is; a link while the directory knows them. */
export function DeviceUser({ user, org, inText = false }: UserProps) {
  const { t } = useTranslation('devices')
  if (!user) return <span className="soft">{t('nobody')}</span>
  if (user.id === null) return <>{user.name}</>
  return (
    <PageLink href={paths.user(org, user.id)} inText={inText}>
      {user.name}
    </PageLink>
  )
}

/** `Contoso Laptop 5`, as far as it is known. */
export const modelOf = ({ manufacturer, model }: Device) =>
  [manufacturer, model].filter(Boolean).join(' ') || undefined

/** `Windows 10.0.26100.4349` */
export const systemOf = ({ operatingSystem, build }: Device) =>
  [operatingSystem, build].filter(Boolean).join(' ')
