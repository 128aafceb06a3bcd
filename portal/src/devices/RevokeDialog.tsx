import { NativeSelect } from '@mantine/core'
import type { DeviceCertificate, RevocationReason } from '@mooring/contract/certificates'
import type { DeviceDetail } from '@mooring/contract/devices'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'

const REASONS = [
  'unspecified',
  'keyCompromise',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const satisfies readonly RevocationReason[]

type Props = {
  org: string
  device: DeviceDetail
  certificate: DeviceCertificate
  onClose: () => void
}

/** Takes a certificate back: there is no way to give it again, so the device's name is asked for. */
export function RevokeDialog({ org, device, certificate, onClose }: Props) {
  const { t } = useTranslation(['devices', 'frame'])
  const queryClient = useQueryClient()
  const [reason, setReason] = useState<RevocationReason>('unspecified')
  const revoke = useMutation({
    mutationFn: () =>
      call('revokeCertificate', { params: { org, certificate: certificate.id }, body: { reason } }),
    onSuccess: async () => {
      onClose()
      await queryClient.invalidateQueries({ queryKey: ['listDeviceCertificates'] })
    },
  })
  return (
    <ConfirmDialog
      title={t('certificate.revokeTitle', { name: device.name })}
      confirmLabel={t('certificate.revoke')}
      cancelLabel={t('frame:action.cancel')}
      word={device.name}
      wordLabel={t('certificate.revokeWord', { name: device.name })}
      isBusy={revoke.isPending}
      problem={revoke.error && <ProblemNotice error={revoke.error} />}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>{t('certificate.revokeText')}</p>
      <NativeSelect
        label={t('certificate.reason')}
        value={reason}
        data={REASONS.map((value) => ({
          value,
          label: t(`revocation.${value}`),
        }))}
        onChange={(event) => setReason(oneOf(REASONS, event.currentTarget.value) ?? 'unspecified')}
      />
    </ConfirmDialog>
  )
}
