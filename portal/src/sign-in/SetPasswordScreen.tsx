import { Skeleton, Stack, Title } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { SetPasswordForm } from './SetPasswordForm.tsx'

/** The one-time link's token stands behind `#`, so that no server or proxy writes it into a log. */
export function SetPasswordScreen() {
  const { t } = useTranslation('sign-in')
  // Once: the address is another already while this screen is being left.
  const hash = useRouterState({ select: (state) => state.location.hash })
  const [token] = useState(hash)
  const link = useQuery({
    ...ask('readPasswordLink', { body: { token } }),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  usePageTitle(t('setPassword.title'))
  return (
    <PublicFrame>
      <Stack gap="md">
        <Title order={1}>{t('setPassword.title')}</Title>
        {token === '' && (
          <Notice tone="wrong" title={t('setPassword.noToken.title')}>
            <p>{t('setPassword.noToken.detail')}</p>
          </Notice>
        )}
        {link.error && <ProblemNotice error={link.error} />}
        {(token === '' || link.error) && (
          <ButtonLink href={paths.signIn()} variant="default">
            {t('setPassword.toSignIn')}
          </ButtonLink>
        )}
        {link.isLoading && <Skeleton height={184} />}
        {link.data && <SetPasswordForm token={token} link={link.data} />}
      </Stack>
    </PublicFrame>
  )
}
