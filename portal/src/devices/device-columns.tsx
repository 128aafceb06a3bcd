import type { DeviceColumn, DeviceSort } from '@mooring/contract/device-lists'
import type { Device } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { DeviceTag } from './DeviceTag.tsx'
import { DeviceUser, modelOf, systemOf } from './device-words.tsx'
import { Edition, useSize } from './FactValue.tsx'

/** What lists can be sorted by, by the column that shows it. */
export const SORTED: Readonly<Partial<Record<DeviceColumn, DeviceSort>>> = {
  name: 'name',
  system: 'build',
  enrolledAt: 'enrolledAt',
  lastSeenAt: 'lastSeenAt',
}
const NOTHING = <span className="soft">–</span>

/** How each column of a list of devices is drawn. */
export function useDeviceColumns(org: string): (column: DeviceColumn) => Column<Device> {
  const { t } = useTranslation('devices')
  const cells = useCells(org)
  return (id) => ({ id, head: t(`column.${id}`), cell: cells[id], ...PLACES[id] })
}

/** Where it goes on a narrow screen. */
const PLACES: Readonly<Partial<Record<DeviceColumn, Pick<Column<Device>, 'narrow' | 'width'>>>> = {
  name: { narrow: 'first' },
  user: { narrow: 'second' },
  lastSeenAt: { narrow: 'second' },
  state: { narrow: 'end' },
}

function useCells(org: string): Readonly<Record<DeviceColumn, Column<Device>['cell']>> {
  const { t } = useTranslation('devices')
  const size = useSize()
  const told = (value: boolean | null) => (
    <StateTag
      size="sm"
      tone={value === null ? 'unknown' : value ? 'ok' : 'wrong'}
      label={t(value === null ? 'told.unknown' : value ? 'told.yes' : 'told.no')}
    />
  )
  return {
    name: ({ id, name }) => (
      <PageLink href={paths.device(org, id)} strong>
        {name}
      </PageLink>
    ),
    user: ({ user }) => <DeviceUser user={user} org={org} />,
    model: (device) => modelOf(device) ?? NOTHING,
    serialNumber: ({ serialNumber }) => serialNumber ?? NOTHING,
    system: (device) => systemOf(device),
    edition: ({ edition }) => <Edition number={edition} />,
    ownership: ({ ownership }) => <span className="nowrap">{t(`ownership.${ownership}`)}</span>,
    enrolledAt: ({ enrolledAt }) => <Ago instant={enrolledAt} />,
    lastSeenAt: ({ lastSeenAt }) =>
      lastSeenAt ? (
        <Ago instant={lastSeenAt} />
      ) : (
        <span className="soft">{t('field.neverSeen')}</span>
      ),
    encrypted: ({ encrypted }) => told(encrypted),
    secureBoot: ({ secureBoot }) => told(secureBoot),
    tpm: ({ tpm }) =>
      tpm === null || tpm === 'none' ? (
        <StateTag
          size="sm"
          tone={tpm === null ? 'unknown' : 'wrong'}
          label={t(tpm === null ? 'told.unknown' : 'filter.noTpm')}
        />
      ) : (
        tpm
      ),
    firewall: ({ firewall }) => told(firewall),
    antivirus: ({ antivirus }) => told(antivirus),
    signatures: ({ signatures }) => told(signatures),
    freeStorage: ({ freeStorageMb }) => (freeStorageMb === null ? NOTHING : size(freeStorageMb)),
    group: ({ group }) => group ?? NOTHING,
    entraDeviceId: ({ entraDeviceId }) => entraDeviceId ?? NOTHING,
    id: ({ id }) => id,
    state: ({ state, lostAt }) => <DeviceTag state={state} lostAt={lostAt} />,
  }
}
