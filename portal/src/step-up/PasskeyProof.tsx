import { Button } from '@mantine/core'
import type { StepUp } from '@mooring/contract/step-up'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { PasskeyProblem } from '../sign-in/PasskeyProblem.tsx'
import { showPasskey } from '../sign-in/passkeys.ts'

export function PasskeyProof({ stepUp, isFirst }: { stepUp: StepUp; isFirst: boolean }) {
  const { t } = useTranslation('step-up')
  const queryClient = useQueryClient()
  const params = { stepUp: stepUp.id }
  const prove = useMutation({
    mutationFn: async () => {
      const response = await showPasskey(await call('offerPasskeyStepUp', { params }))
      return await call('stepUpWithPasskey', { params, body: { response } })
    },
    onSuccess: (answer) => queryClient.setQueryData(['getStepUp', stepUp.id], answer),
  })
  return (
    <>
      {prove.error && <PasskeyProblem error={prove.error} />}
      <Button
        variant={isFirst ? 'filled' : 'default'}
        leftSection={<IconFingerprint size={18} aria-hidden />}
        loading={prove.isPending}
        onClick={() => prove.mutate()}
      >
        {t('passkey')}
      </Button>
    </>
  )
}
