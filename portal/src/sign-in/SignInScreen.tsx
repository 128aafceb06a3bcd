import { Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { splitHref } from '../frame/plain-search.ts'
import { isReturnPath } from './return-path.ts'
import { beginSession, sessionQuery } from './session.ts'

export function SignInScreen() {
  const { t } = useTranslation('sign-in')
  const [{ returnTo }] = usePageSearch()
  const queryClient = useQueryClient()
  const session = useQuery(sessionQuery)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  usePageTitle(t('signIn.title'))
  const signIn = useMutation({
    mutationFn: () => call('signIn', { body: { email: email.trim(), password } }),
    onSuccess: (answer) => beginSession(queryClient, answer),
  })

  if (session.data?.kind === 'signedIn') {
    const home = paths.overview(session.data.account.organization)
    return <Navigate {...splitHref(isReturnPath(returnTo) ? returnTo : home)} replace />
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <PublicFrame>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Title order={1}>{t('signIn.title')}</Title>
          {signIn.error && <ProblemNotice error={signIn.error} />}
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
          <Button type="submit" size="md" loading={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
          <div className="soft">{t('signIn.help')}</div>
        </Stack>
      </form>
    </PublicFrame>
  )
}
