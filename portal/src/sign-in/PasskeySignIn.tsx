import { Button, Stack } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { PasskeyProblem } from './PasskeyProblem.tsx'
import { showPasskey } from './passkeys.ts'
import { beginSession } from './session.ts'

export function PasskeySignIn() {
  const { t } = useTranslation('sign-in')
  const queryClient = useQueryClient()
  const signIn = useMutation({
    mutationFn: async () => {
      const response = await showPasskey(await call('offerPasskeySignIn', {}))
      return await call('signInWithPasskey', { body: { response } })
    },
    onSuccess: (session) => beginSession(queryClient, session),
  })
  return (
    <Stack gap="md">
      {signIn.error && <PasskeyProblem error={signIn.error} />}
      <Button
        variant="default"
        size="md"
        leftSection={<IconFingerprint size={18} aria-hidden />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        {t('local.passkey')}
      </Button>
    </Stack>
  )
}
