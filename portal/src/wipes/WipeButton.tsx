import { Button } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { IconEraser } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../sign-in/session.ts'
import { WipeDialog } from './WipeDialog.tsx'

type Props = { device: DeviceDetail; org: string }

/** On the page of a device: the way to take it away from somebody. */
export function WipeButton({ device, org }: Props) {
  const { t } = useTranslation('wipes')
  const mayWipe = useMay('devices.wipe')
  const [isAsking, setAsking] = useState(false)
  if (!mayWipe || device.state !== 'enrolled') return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconEraser size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t('ask.action')}
      </Button>
      {isAsking && <WipeDialog device={device} org={org} onClose={() => setAsking(false)} />}
    </>
  )
}
