import { Textarea } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useDecide } from './use-decide.ts'

type Props = { org: string; run: SyncRun; onClose: () => void }

const MAX_LENGTH = 500

/** Names what will be taken away, as the hold does, and asks for the reason. */
export function ApproveDialog({ org, run, onClose }: Props) {
  const { t } = useTranslation('sync')
  const [reason, setReason] = useState('')
  const { approve } = useDecide(org, run.id, onClose)
  return (
    <ConfirmDialog
      title={t('decide.approveTitle')}
      confirmLabel={t('decide.confirmApprove')}
      cancelLabel={t('decide.back')}
      isReady={reason.trim() !== ''}
      isBusy={approve.isPending}
      problem={<Problem error={approve.error} />}
      onConfirm={() => approve.mutate(reason.trim())}
      onClose={onClose}
    >
      <ul style={{ margin: '0 0 8px', paddingLeft: 20, fontWeight: 600 }}>
        {run.holds.map(({ code, detail }) => (
          <li key={`${code} ${detail}`}>{detail}</li>
        ))}
      </ul>
      <p style={{ margin: '0 0 16px' }}>{t('decide.approveMore')}</p>
      <Textarea
        label={t('decide.reason')}
        description={t('decide.reasonHint')}
        data-autofocus
        required
        withAsterisk={false}
        rows={3}
        maxLength={MAX_LENGTH}
        value={reason}
        error={fieldError(approve.error, 'reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  )
}

export function GiveUpDialog({ org, run, onClose }: Props) {
  const { t } = useTranslation('sync')
  const [reason, setReason] = useState('')
  const { giveUp } = useDecide(org, run.id, onClose)
  return (
    <ConfirmDialog
      title={t('decide.cancelTitle')}
      confirmLabel={t('decide.confirmCancel')}
      cancelLabel={t('decide.back')}
      isHarmless
      isBusy={giveUp.isPending}
      problem={<Problem error={giveUp.error} />}
      onConfirm={() => giveUp.mutate(reason.trim())}
      onClose={onClose}
    >
      <p style={{ margin: '0 0 16px' }}>{t('decide.cancelText')}</p>
      <Textarea
        label={t('decide.reasonOptional')}
        description={t('decide.reasonHint')}
        data-autofocus
        rows={3}
        maxLength={MAX_LENGTH}
        value={reason}
        error={fieldError(giveUp.error, 'reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  )
}

function Problem({ error }: { error: Error | null }) {
  if (!error || isToldAtFields(error, ['reason'])) return null
  return <ProblemNotice error={error} />
}
