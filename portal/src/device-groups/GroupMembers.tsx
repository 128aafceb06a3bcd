import { Button, Skeleton } from '@mantine/core'
import type { DeviceGroup } from '@mooring/contract/device-groups'
import type { Device } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DEVICE_TONES } from '../devices/tones.ts'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { ButtonLink, PageLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { useGroupAct } from './use-group-acts.ts'

const PAGE_SIZE = 50

type Props = { org: string; group: DeviceGroup }

/** The devices that are in a group now; those that were chosen can be taken out. */
export function GroupMembers({ org, group }: Props) {
  const { t } = useTranslation('device-groups')
  const [{ cursor }] = usePageSearch()
  const takeOut = useGroupAct('removeDeviceGroupMembers')
  const devices = useQuery({
    ...ask('listDevices', {
      params: { org },
      query: { group: group.id, cursor, limit: PAGE_SIZE },
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <Loaded query={devices} skeleton={<Skeleton height={200} />}>
      {(page) => (
        <>
          {takeOut.error && <ProblemNotice error={takeOut.error} />}
          {page.items.length === 0 ? (
            <Empty
              icon={<IconDeviceLaptop size={24} />}
              title={t('detail.empty')}
              text={t(group.filter ? 'detail.emptyFilter' : 'detail.emptyChosen')}
              action={
                <ButtonLink href={paths.devices(org)} variant="default">
                  {t('toDevices')}
                </ButtonLink>
              }
            />
          ) : (
            <MemberList
              devices={page.items}
              org={org}
              leaving={takeOut.isPending ? takeOut.variables.body.devices[0] : undefined}
              {...(group.filter
                ? {}
                : {
                    onTakeOut: ({ id }: Device) =>
                      takeOut.mutate({ params: { org, group: group.id }, body: { devices: [id] } }),
                  })}
            />
          )}
          <Pager nextCursor={page.nextCursor} />
        </>
      )}
    </Loaded>
  )
}

type ListProps = {
  devices: readonly Device[]
  org: string
  leaving: string | undefined
  onTakeOut?: (device: Device) => void
}

function MemberList({ devices, org, leaving, onTakeOut }: ListProps) {
  const { t } = useTranslation(['device-groups', 'devices'])
  const mayManage = useMay('devices.manage')
  const columns: Column<Device>[] = [
    {
      id: 'name',
      head: t('devices:field.name'),
      narrow: 'first',
      width: '28%',
      cell: ({ id, name }) => (
        <PageLink href={paths.device(org, id)} strong>
          {name}
        </PageLink>
      ),
    },
    {
      id: 'user',
      head: t('devices:field.user'),
      narrow: 'second',
      cell: ({ user }) => user?.name ?? <span className="soft">{t('devices:nobody')}</span>,
    },
    {
      id: 'lastSeenAt',
      head: t('devices:field.lastSeenAt'),
      narrow: 'second',
      cell: ({ lastSeenAt }) =>
        lastSeenAt ? (
          <Ago instant={lastSeenAt} />
        ) : (
          <span className="soft">{t('devices:field.neverSeen')}</span>
        ),
    },
    {
      id: 'state',
      head: t('devices:field.state'),
      narrow: 'end',
      cell: ({ state }) => (
        <StateTag size="sm" tone={DEVICE_TONES[state]} label={t(`devices:state.${state}`)} />
      ),
    },
  ]
  if (mayManage && onTakeOut) {
    columns.push({
      id: 'takeOut',
      head: '',
      narrow: 'below',
      cell: (device) => (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={leaving === device.id}
          aria-label={t('detail.takeOutNamed', { name: device.name })}
          onClick={() => onTakeOut(device)}
        >
          {t('detail.takeOut')}
        </Button>
      ),
    })
  }
  return (
    <ItemList
      label={t('detail.members')}
      columns={columns}
      items={devices}
      keyOf={({ id }) => id}
    />
  )
}
