import { Button } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'

/** Tells administrators that a device was reported lost; whoever may manage it can lift that. */
export function LossNotice({ device, org }: { device: DeviceDetail; org: string }) {
  const { t } = useTranslation(['my-devices', 'frame'])
  const { dateTime } = useFormats()
  const mayManage = useMay('devices.manage')
  const queryClient = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const lift = useMutation({
    mutationFn: () => call('endDeviceLoss', { params: { org, device: device.id } }),
    onSuccess: (answer) => {
      const { queryKey } = ask('getDevice', { params: { org, device: device.id } })
      queryClient.setQueryData(queryKey, answer)
      void queryClient.invalidateQueries({ queryKey: ['listDevices'] })
      setAsking(false)
    },
  })
  const { lostAt, loss } = device
  if (!lostAt || !loss) return null
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice
        tone="wrong"
        title={t('loss.title', { name: loss.by, time: dateTime(lostAt) })}
        actions={
          mayManage && (
            <Button variant="default" size="xs" onClick={() => setAsking(true)}>
              {t('loss.lift')}
            </Button>
          )
        }
      >
        <p style={{ overflowWrap: 'anywhere' }}>{loss.reason}</p>
      </Notice>
      {isAsking && (
        <ConfirmDialog
          title={t('loss.liftTitle', { name: device.name })}
          confirmLabel={t('loss.lift')}
          cancelLabel={t('frame:action.cancel')}
          isHarmless
          isBusy={lift.isPending}
          problem={lift.error && <ProblemNotice error={lift.error} />}
          onConfirm={() => lift.mutate()}
          onClose={() => setAsking(false)}
        >
          <p style={{ margin: 0 }}>{t('loss.liftText')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
