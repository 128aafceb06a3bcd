import { Button } from '@mantine/core'
import type { WipeDetail } from '@mooring/contract/wipes'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useDecideWipe } from './use-wipe-acts.ts'

type Props = { org: string; wipe: WipeDetail }

/** Spares what was not told yet. */
export function TakeBackButton({ org, wipe }: Props) {
  const { t } = useTranslation(['wipes', 'frame'])
  const [isAsking, setAsking] = useState(false)
  const { takeBack } = useDecideWipe(org, wipe, () => setAsking(false))
  return (
    <>
      <Button
        variant="default"
        size="xs"
        onClick={() => {
          takeBack.reset()
          setAsking(true)
        }}
      >
        {t('takeBack.action')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('takeBack.title')}
          confirmLabel={t('takeBack.confirm')}
          cancelLabel={t('frame:action.cancel')}
          isHarmless
          isBusy={takeBack.isPending}
          problem={takeBack.error && <ProblemNotice error={takeBack.error} />}
          onConfirm={() => takeBack.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('takeBack.text')}
        </ConfirmDialog>
      )}
    </>
  )
}
