import { Button } from '@mantine/core'
import type { CommandBatch } from '@mooring/contract/command-batches'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'

/** Takes back what no device of a request was told yet. */
export function TakeBackBatch({ org, batch }: { org: string; batch: CommandBatch }) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const queryClient = useQueryClient()
  const mayManage = useMay('devices.manage')
  const [isOpen, setOpen] = useState(false)
  const takeBack = useMutation({
    mutationFn: () => call('cancelCommandBatch', { params: { org, batch: batch.id } }),
    // Also when it was too late: the page then says how far they are.
    onSettled: () =>
      Promise.all(
        ['getCommandBatch', 'listCommandBatchDevices', 'listCommandQueue'].map((name) =>
          queryClient.invalidateQueries({ queryKey: [name] }),
        ),
      ),
    onSuccess: () => setOpen(false),
  })
  const count = batch.progress.waiting
  if (!mayManage || (count === 0 && !isOpen)) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('batch.takeBack')}
      </Button>
      {isOpen && (
        <ConfirmDialog
          title={t('takeBack.title')}
          confirmLabel={t('takeBack.confirm')}
          cancelLabel={t('ask.cancel')}
          isHarmless
          isBusy={takeBack.isPending}
          problem={takeBack.error && <ProblemNotice error={takeBack.error} />}
          onConfirm={() => takeBack.mutate()}
          onClose={() => setOpen(false)}
        >
          {t('takeBack.text', { count, number: number(count) })}
        </ConfirmDialog>
      )}
    </>
  )
}
