import { Button } from '@mantine/core'
import type { WipeGuard } from '@mooring/contract/wipes'
import { IconSnowflake } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useGuardActs } from './use-wipe-acts.ts'

type Props = { org: string; guard: WipeGuard | undefined }

/** Stops everything at once. Whoever sees something wrong must not have to look for it. */
export function FreezeButton({ org, guard }: Props) {
  const { t } = useTranslation(['wipes', 'frame'])
  const mayManage = useMay('devices.manage')
  const [isAsking, setAsking] = useState(false)
  const { freeze } = useGuardActs(org, () => setAsking(false))
  // While it is not known whether they are frozen, freezing does no harm.
  if (!mayManage || guard?.frozen) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSnowflake size={16} aria-hidden />}
        onClick={() => {
          freeze.reset()
          setAsking(true)
        }}
      >
        {t('freeze.action')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('freeze.title')}
          confirmLabel={t('freeze.confirm')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={freeze.isPending}
          problem={freeze.error && <ProblemNotice error={freeze.error} />}
          onConfirm={() => freeze.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('freeze.text')}
        </ConfirmDialog>
      )}
    </>
  )
}
