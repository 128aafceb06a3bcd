import { Affix, Notification } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import type { DeviceCommand } from '@mooring/contract/management'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCommandName } from './CommandList.tsx'

/** Long enough to read; the list of commands says the same for good. */
const SHOWN_MS = 8_000

type Props = { command: DeviceCommand; device: string; onClose: () => void }

/** Says that a command was given, and to whom. */
export function GivenToast({ command, device, onClose }: Props) {
  const { t } = useTranslation('devices')
  const nameOf = useCommandName()
  useTimeout(onClose, SHOWN_MS, { autoInvoke: true })
  return (
    <Affix position={{ bottom: 16, right: 16 }}>
      <Notification
        role="status"
        maw={360}
        withBorder
        styles={{ description: { color: 'var(--ink-soft)' } }}
        icon={<IconCheck size={18} aria-hidden />}
        title={t('act.told', { command: nameOf(command.kind), name: device })}
        closeButtonProps={{ 'aria-label': t('act.close') }}
        onClose={onClose}
      >
        {t('act.about')}
      </Notification>
    </Affix>
  )
}
