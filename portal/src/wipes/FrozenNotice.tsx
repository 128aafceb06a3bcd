import { Button } from '@mantine/core'
import type { WipeGuard } from '@mooring/contract/wipes'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'
import { useGuardActs } from './use-wipe-acts.ts'
import { freshThaw } from './wipe-standing.ts'

type Props = { org: string; guard: WipeGuard | undefined }

/** Who froze, how far the two are who let it go on, and the way to be one of them. */
export function FrozenNotice({ org, guard }: Props) {
  const { t } = useTranslation('wipes')
  const { dateTime } = useFormats()
  const mayWipe = useMay('devices.wipe')
  const [isAsking, setAsking] = useState(false)
  const now = useNow()
  if (!guard?.frozen) return null
  const { name, at } = guard.frozen
  const first = freshThaw(guard, now)
  return (
    <Notice
      tone="attention"
      title={t('frozen.title')}
      actions={
        mayWipe && (
          <Button variant="default" size="xs" onClick={() => setAsking(true)}>
            {t('thaw.action')}
          </Button>
        )
      }
    >
      <p>{t('frozen.text', { name, time: dateTime(at) })}</p>
      <p>
        {first
          ? t('frozen.second', { name: first.name, time: dateTime(first.at) })
          : t('frozen.first')}
      </p>
      {isAsking && <ThawDialog org={org} first={first} onClose={() => setAsking(false)} />}
    </Notice>
  )
}

type DialogProps = { org: string; first: WipeGuard['thawAsked']; onClose: () => void }

function ThawDialog({ org, first, onClose }: DialogProps) {
  const { t } = useTranslation(['wipes', 'frame'])
  const { thaw } = useGuardActs(org, onClose)
  return (
    <ConfirmDialog
      title={t('thaw.title')}
      confirmLabel={t('thaw.confirm')}
      cancelLabel={t('frame:action.cancel')}
      isBusy={thaw.isPending}
      problem={thaw.error && <ProblemNotice error={thaw.error} />}
      onConfirm={() => thaw.mutate()}
      onClose={onClose}
    >
      {first ? t('thaw.second', { name: first.name }) : t('thaw.first')}
    </ConfirmDialog>
  )
}
