import { Button, Menu } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { IconChevronDown, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../sign-in/session.ts'
import { ActDialog } from './ActDialog.tsx'
import { ACTS, type Act } from './device-acts.ts'
import type { Giving } from './use-give-command.ts'

type Props = { device: DeviceDetail; giving: Giving }

/** What can be done with a device that still comes, for those who may. */
export function DeviceActions({ device, giving }: Props) {
  const { t } = useTranslation('devices')
  const mayManage = useMay('devices.manage')
  const [act, setAct] = useState<Act>()
  if (!mayManage || device.state !== 'enrolled') return null
  const begin = (next: Act) => {
    giving.reset()
    setAct(next)
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={() => begin('sync')}
      >
        {t('act.sync')}
      </Button>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={16} aria-hidden />}>{t('act.menu')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTS.filter((offered) => offered !== 'sync').map((offered) => (
            <Menu.Item key={offered} onClick={() => begin(offered)}>
              {t(`act.${offered}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {act && (
        <ActDialog device={device} act={act} giving={giving} onClose={() => setAct(undefined)} />
      )}
    </>
  )
}
