import { IconDeviceLaptop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'

/** A device that has not come yet. */
export function NothingTold() {
  const { t } = useTranslation('devices')
  return (
    <Panel flush>
      <Empty
        icon={<IconDeviceLaptop size={24} />}
        title={t('device.nothingTold')}
        text={t('device.nothingToldText')}
      />
    </Panel>
  )
}
