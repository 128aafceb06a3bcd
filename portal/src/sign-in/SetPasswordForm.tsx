import { Button, PasswordInput, Stack } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { PasswordLink } from '@mooring/contract/sign-in'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { beginSession, homeOf } from './session.ts'

/** As `NewPassword` in the contract. */
const MIN_LENGTH = 12

export function SetPasswordForm({ token, link }: { token: string; link: PasswordLink }) {
  const { t } = useTranslation('sign-in')
  const formats = useFormats()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [password, setPassword] = useState('')
  const [isChecked, setChecked] = useState(false)
  const save = useMutation({
    mutationFn: () => call('setPassword', { body: { token, password } }),
    onSuccess: async (session) => {
      beginSession(queryClient, session)
      await navigate({ to: session.kind === 'signedIn' ? homeOf(session) : paths.signIn() })
    },
  })
  const isTooShort = password.length < MIN_LENGTH
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isTooShort) save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div className="soft">
          {t('setPassword.for', { email: link.email, until: formats.dateTime(link.expiresAt) })}
        </div>
        {save.error && <ProblemNotice error={save.error} />}
        <input type="hidden" name="username" autoComplete="username" value={link.email} readOnly />
        <PasswordInput
          label={t('setPassword.password')}
          description={t('setPassword.rule', { count: MIN_LENGTH })}
          name="new-password"
          autoComplete="new-password"
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
          value={password}
          error={
            isChecked && isTooShort
              ? t('setPassword.tooShort', { count: MIN_LENGTH - password.length })
              : undefined
          }
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={save.isPending}>
          {t('setPassword.submit')}
        </Button>
      </Stack>
    </form>
  )
}
