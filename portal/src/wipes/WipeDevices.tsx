import { paths } from '@mooring/contract/paths'
import type { WipeDetail } from '@mooring/contract/wipes'
import { useTranslation } from 'react-i18next'
import { COMMAND_TONES } from '../devices/tones.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'

type Device = WipeDetail['devices'][number]
type Props = { devices: readonly Device[]; org: string }

/** Each device of a request, and how far it is. */
export function WipeDevices({ devices, org }: Props) {
  const { t } = useTranslation('wipes')
  const columns: Column<Device>[] = [
    {
      id: 'device',
      head: t('column.device'),
      narrow: 'first',
      cell: ({ id, name }) => (
        <PageLink href={`${paths.device(org, id)}?tab=commands`}>{name}</PageLink>
      ),
    },
    {
      id: 'progress',
      head: t('column.progress'),
      narrow: 'end',
      cell: ({ state }) => (
        <StateTag size="sm" tone={COMMAND_TONES[state]} label={t(`deviceState.${state}`)} />
      ),
    },
  ]
  return (
    <ItemList
      label={t('detail.devices')}
      columns={columns}
      items={devices}
      keyOf={({ id }) => id}
    />
  )
}
