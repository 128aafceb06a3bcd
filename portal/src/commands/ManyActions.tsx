import { Button, Menu, Modal } from '@mantine/core'
import type { CommandBatch, CommandTarget, ManyCommand } from '@mooring/contract/command-batches'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { commandOf, isHarmless } from '../devices/device-acts.ts'
import { OwnCommandForm } from '../devices/OwnCommandForm.tsx'
import { useMay } from '../sign-in/session.ts'
import { ManyDialog } from './ManyDialog.tsx'
import { ManyToldToast } from './ManyToldToast.tsx'
import { MANY_ACTS } from './many-acts.ts'

type Asking = { command: ManyCommand; name: string; effect: string; isHarmless: boolean }

type Props = {
  org: string
  target: CommandTarget
  label?: string
  size?: 'xs'
}

/** What many devices can be told, for those who may. */
export function ManyActions({ org, target, label, size }: Props) {
  const { t } = useTranslation(['commands', 'devices'])
  const mayManage = useMay('devices.manage')
  const [asking, setAsking] = useState<Asking>()
  const [isWriting, setWriting] = useState(false)
  const [given, setGiven] = useState<CommandBatch>()
  if (!mayManage) return null
  const end = () => {
    setAsking(undefined)
    setWriting(false)
  }
  return (
    <>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            {...(size ? { size } : {})}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {label ?? t('menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {MANY_ACTS.map((act) => (
            <Menu.Item
              key={act}
              onClick={() =>
                setAsking({
                  command: commandOf(act, ''),
                  name: t(`devices:act.${act}`),
                  effect: t(`devices:effect.${act}`),
                  isHarmless: isHarmless(act),
                })
              }
            >
              {t(`devices:act.${act}`)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setWriting(true)}>{t('own')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isWriting && !asking}
        keepMounted
        size="xl"
        title={t('ownTitle')}
        closeButtonProps={{ 'aria-label': t('ask.cancel') }}
        onClose={end}
      >
        {isWriting && (
          <OwnCommandForm
            error={null}
            isBusy={false}
            sendLabel={t('next')}
            onSend={(command) =>
              setAsking({
                command,
                name: t('devices:commandKind.syncml'),
                effect: t('devices:own.hint'),
                isHarmless: false,
              })
            }
            onClose={end}
          />
        )}
      </Modal>
      {asking && (
        <ManyDialog
          {...asking}
          org={org}
          target={target}
          onGiven={(batch) => {
            end()
            setGiven(batch)
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
      {given && <ManyToldToast org={org} batch={given} onClose={() => setGiven(undefined)} />}
    </>
  )
}
