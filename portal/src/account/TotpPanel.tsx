import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { TotpForm } from './TotpForm.tsx'

/** The authenticator app of a local administrator. */
export function TotpPanel({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation('account')
  const queryClient = useQueryClient()
  const [isLeaving, setLeaving] = useState(false)
  const offer = useMutation({ mutationFn: () => call('offerTotp', {}) })
  const done = async () => {
    offer.reset()
    await queryClient.invalidateQueries({ queryKey: ['getAccount'] })
  }
  return (
    <Panel
      title={t('totp.title')}
      hint={t('totp.hint')}
      action={<StateTag tone={isOn ? 'ok' : 'off'} label={t(isOn ? 'totp.on' : 'totp.off')} />}
    >
      <div className="stack">
        {offer.error && <ProblemNotice error={offer.error} />}
        {offer.data ? (
          <TotpForm offer={offer.data} onDone={done} onCancel={() => offer.reset()} />
        ) : (
          <div>
            {isOn ? (
              <Button variant="outline" color="red" onClick={() => setLeaving(true)}>
                {t('totp.remove')}
              </Button>
            ) : (
              <Button loading={offer.isPending} onClick={() => offer.mutate()}>
                {t('totp.setUp')}
              </Button>
            )}
          </div>
        )}
      </div>
      {isLeaving && <RemoveTotp onClose={() => setLeaving(false)} onDone={done} />}
    </Panel>
  )
}

function RemoveTotp({ onClose, onDone }: { onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation(['account', 'frame'])
  const remove = useMutation({
    mutationFn: () => call('removeTotp', {}),
    onSuccess: async () => {
      onClose()
      await onDone()
    },
  })
  return (
    <ConfirmDialog
      title={t('totp.removeTitle')}
      confirmLabel={t('totp.remove')}
      cancelLabel={t('frame:action.cancel')}
      isBusy={remove.isPending}
      problem={remove.error && <ProblemNotice error={remove.error} />}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {t('totp.removeText')}
    </ConfirmDialog>
  )
}
