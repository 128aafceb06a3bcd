import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { StepUp } from '@mooring/contract/step-up'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'

/** The password, and a code where the account has an authenticator app. */
export function PasswordProof({ stepUp, isFirst }: { stepUp: StepUp; isFirst: boolean }) {
  const { t } = useTranslation('step-up')
  const queryClient = useQueryClient()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const prove = useMutation({
    mutationFn: () =>
      call('stepUpWithPassword', {
        params: { stepUp: stepUp.id },
        body: { password, ...(stepUp.needsCode ? { code: code.trim() } : {}) },
      }),
    onSuccess: (answer) => queryClient.setQueryData(['getStepUp', stepUp.id], answer),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    prove.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {prove.error && <ProblemNotice error={prove.error} />}
        <PasswordInput
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={isFirst}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {stepUp.needsCode && (
          <TextInput
            label={t('code')}
            description={t('codeHint')}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <Button type="submit" variant={isFirst ? 'filled' : 'default'} loading={prove.isPending}>
          {t('confirm')}
        </Button>
      </Stack>
    </form>
  )
}
