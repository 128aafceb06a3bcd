import { Checkbox } from '@mantine/core'
import type { DeviceColumn, DeviceSort } from '@mooring/contract/device-lists'
import type { Device } from '@mooring/contract/devices'
import { useTranslation } from 'react-i18next'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { SORTED, useDeviceColumns } from './device-columns.tsx'

type Order = { readonly sort: DeviceSort; readonly descending: boolean }

type Props = {
  devices: readonly Device[] | undefined
  org: string
  columns: readonly DeviceColumn[]
  order: Order
  onSort: (order: Order) => void
  /** Ids, also of devices on other pages. */
  chosen: ReadonlySet<string>
  onChoose: (chosen: ReadonlySet<string>) => void
}

/** The devices of one page: sorted by what can be sorted, chosen one by one or all of them. */
export function DeviceList(props: Props) {
  const { devices, org, columns, order, onSort } = props
  const { t } = useTranslation('devices')
  const toColumn = useDeviceColumns(org)
  const choice = useChoice(props)
  const shown = columns.map((id): Column<Device> => {
    const sort = SORTED[id]
    if (!sort) return toColumn(id)
    const isIt = order.sort === sort
    const direction = !isIt ? 'none' : order.descending ? 'descending' : 'ascending'
    const next = { sort, descending: isIt && !order.descending }
    return { ...toColumn(id), sort: { direction, onSort: () => onSort(next) } }
  })
  return (
    <ItemList
      label={t('title')}
      columns={[choice, ...shown]}
      items={devices}
      keyOf={({ id }) => id}
      expected={12}
    />
  )
}

function useChoice({ devices = [], chosen, onChoose }: Props): Column<Device> {
  const { t } = useTranslation('devices')
  const here = devices.filter(({ id }) => chosen.has(id)).length
  const isAll = devices.length > 0 && here === devices.length
  const ids = devices.map(({ id }) => id)
  const toggle = (given: readonly string[], isIn: boolean) =>
    onChoose(
      new Set(isIn ? [...chosen, ...given] : [...chosen].filter((id) => !given.includes(id))),
    )
  return {
    id: 'choice',
    head: t('selection.choice'),
    headCell: (
      <Checkbox
        aria-label={t('selection.page')}
        checked={isAll}
        indeterminate={here > 0 && !isAll}
        disabled={devices.length === 0}
        onChange={() => toggle(ids, !isAll)}
      />
    ),
    width: '44px',
    narrow: 'end',
    cell: ({ id, name }) => (
      <Checkbox
        aria-label={t('selection.one', { name })}
        checked={chosen.has(id)}
        onChange={(event) => toggle([id], event.currentTarget.checked)}
      />
    ),
  }
}
