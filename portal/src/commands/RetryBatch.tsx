import { Button } from '@mantine/core'
import type { CommandBatch } from '@mooring/contract/command-batches'
import { paths } from '@mooring/contract/paths'
import { IconRepeat } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommandName } from '../devices/CommandList.tsx'
import { useMay } from '../sign-in/session.ts'
import { retriableOf } from './batch-view.ts'
import { ManyDialog } from './ManyDialog.tsx'

/** Asks once more for what did not come about, of those devices. */
export function RetryBatch({ org, batch }: { org: string; batch: CommandBatch }) {
  const { t } = useTranslation('commands')
  const nameOf = useCommandName()
  const navigate = useNavigate()
  const mayManage = useMay('devices.manage')
  const [isOpen, setOpen] = useState(false)
  const outcomes = retriableOf(batch.progress)
  if (!mayManage || outcomes.length === 0) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRepeat size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('batch.retry')}
      </Button>
      {isOpen && (
        <ManyDialog
          org={org}
          command={{ kind: 'again' }}
          target={{ kind: 'outcome', batch: batch.id, outcomes }}
          name={nameOf(batch.kind)}
          effect={t('ask.again')}
          isHarmless={!outcomes.includes('uncertain')}
          onGiven={({ id }) => {
            setOpen(false)
            void navigate({ to: paths.commandBatch(org, id) })
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
