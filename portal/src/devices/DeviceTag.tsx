import type { Device } from '@mooring/contract/devices'
import { useTranslation } from 'react-i18next'
import { StateTag } from '../ui/StateTag.tsx'
import { DEVICE_TONES } from './tones.ts'

/** How a device stands. That it is lost says more than that it is managed. */
export function DeviceTag({ state, lostAt }: Pick<Device, 'state' | 'lostAt'>) {
  const { t } = useTranslation('devices')
  return lostAt ? (
    <StateTag size="sm" tone="wrong" label={t('state.lost')} />
  ) : (
    <StateTag size="sm" tone={DEVICE_TONES[state]} label={t(`state.${state}`)} />
  )
}
