import { Affix, Notification } from '@mantine/core'
import { useTimeout } from '@mantine/hooks'
import type { CommandBatch } from '@mooring/contract/command-batches'
import { paths } from '@mooring/contract/paths'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCommandName } from '../devices/CommandList.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'

/** Long enough to read and to follow its link; the list of commands says the same for good. */
const SHOWN_MS = 12_000

type Props = { org: string; batch: CommandBatch; onClose: () => void }

/** Says how many devices were told, and where to see what comes of it. */
export function ManyToldToast({ org, batch, onClose }: Props) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const nameOf = useCommandName()
  useTimeout(onClose, SHOWN_MS, { autoInvoke: true })
  const count = batch.deviceCount
  return (
    <Affix position={{ bottom: 16, right: 16 }}>
      <Notification
        role="status"
        maw={380}
        withBorder
        styles={{ description: { color: 'var(--ink-soft)' } }}
        icon={<IconCheck size={18} aria-hidden />}
        title={t('told', {
          command: nameOf(batch.kind),
          devices: t('devices', { count, number: number(count) }),
        })}
        closeButtonProps={{ 'aria-label': t('close') }}
        onClose={onClose}
      >
        <div>{t('toldAbout')}</div>
        <PageLink href={paths.commandBatch(org, batch.id)}>{t('toldLink')}</PageLink>
      </Notification>
    </Affix>
  )
}
