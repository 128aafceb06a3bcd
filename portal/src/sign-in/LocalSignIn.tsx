import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { PasskeySignIn } from './PasskeySignIn.tsx'
import { beginSession } from './session.ts'

/** How local administrators sign in: password, a code where they have an app, or a passkey. */
export function LocalSignIn() {
  const { t } = useTranslation('sign-in')
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const signIn = useMutation({
    mutationFn: () => {
      const credentials = { email: email.trim(), password }
      return call('signIn', { body: needsCode ? { ...credentials, code } : credentials })
    },
    onSuccess: (answer) => beginSession(queryClient, answer),
    onError: (error) => asksForCode(error) && setNeedsCode(true),
  })
  const { error } = signIn
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error && !asksForCode(error) && <ProblemNotice error={error} />}
        <TextInput
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {needsCode && (
          <TextInput
            label={t('local.code')}
            description={t('local.codeHint')}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <Button type="submit" size="md" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <PasskeySignIn />
        <div className="soft">{t('signIn.help')}</div>
      </Stack>
    </form>
  )
}

/** The password was right; what is missing is no error of anybody's. */
function asksForCode(error: Error): boolean {
  return error instanceof ApiError && error.code === 'codeNeeded'
}
