import { Skeleton } from '@mantine/core'
import type { MyDevice } from '@mooring/contract/my-devices'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { MyDeviceCard } from './MyDeviceCard.tsx'
import classes from './MyDevices.module.css'
import { useMyDevices } from './use-my-devices.ts'

/** One's own devices: how each is doing, and what can be done with it. */
export function MyDevices() {
  const { t } = useTranslation('my-devices')
  const devices = useMyDevices()
  return (
    <Loaded query={devices} skeleton={<Skeleton height={200} radius={8} />}>
      {({ items }) => (
        <Panel title={t('title')} flush>
          {items.length === 0 ? (
            <Empty icon={<IconDeviceLaptop size={24} />} title={t('none')} text={t('noneText')} />
          ) : (
            <DeviceCards devices={items} />
          )}
        </Panel>
      )}
    </Loaded>
  )
}

function DeviceCards({ devices }: { devices: readonly MyDevice[] }) {
  return (
    <ul className={classes['devices']}>
      {devices.map((device) => (
        <li key={device.id} className={classes['device']}>
          <MyDeviceCard device={device} />
        </li>
      ))}
    </ul>
  )
}
