import { Button } from '@mantine/core'
import type { DeviceDetail } from '@mooring/contract/devices'
import type { DeviceContact } from '@mooring/contract/session-settings'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'

type Props = { org: string; device: DeviceDetail }

/** How a device can be reached; undefined until it is known. */
export function useContact(org: string, device: string): DeviceContact | undefined {
  return useQuery(ask('getDeviceContact', { params: { org, device } })).data
}

/** Whether a device can be called, what came of the last time, and the button for it. */
export function DeviceCall({ org, device }: Props) {
  const { t } = useTranslation('devices')
  const mayManage = useMay('devices.manage')
  const queryClient = useQueryClient()
  const params = { org, device: device.id }
  const contact = useContact(org, device.id)
  const asking = useMutation({
    mutationFn: () => call('callDevice', { params }),
    onSuccess: (told) =>
      queryClient.setQueryData(ask('getDeviceContact', { params }).queryKey, told),
  })
  if (!contact) return <>–</>
  const { push } = contact
  return (
    <>
      <span>{t(`call.${push}`)}</span> <LastCall contact={contact} />
      {push === 'ready' && mayManage && device.state === 'enrolled' && (
        <Button
          variant="default"
          size="compact-xs"
          ml="xs"
          loading={asking.isPending}
          onClick={() => asking.mutate()}
        >
          {t('call.now')}
        </Button>
      )}
      {asking.error && <ProblemNotice error={asking.error} />}
    </>
  )
}

function LastCall({ contact: { push, lastCall, nextCallAt } }: { contact: DeviceContact }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  if (push === 'off' || !lastCall) return null
  const { calledAt, outcome } = lastCall
  if (nextCallAt !== null) return <>{t('call.next', { time: dateTime(nextCallAt) })}</>
  if (calledAt === null || outcome === null) return null
  return (
    <>
      {t(`call.outcome.${outcome}`)} <Ago instant={calledAt} />
    </>
  )
}
