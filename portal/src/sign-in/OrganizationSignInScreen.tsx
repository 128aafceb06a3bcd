import { Anchor, Skeleton, Stack, Title } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { SignInOptions } from '@mooring/contract/single-sign-on'
import { IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { splitHref } from '../frame/plain-search.ts'
import { ask } from '../query.ts'
import { Attempt } from './Attempt.tsx'
import { LocalSignIn } from './LocalSignIn.tsx'
import { ProviderSignIn } from './ProviderSignIn.tsx'
import { isReturnPath } from './return-path.ts'
import classes from './SignIn.module.css'
import { homeOf, sessionQuery } from './session.ts'

/** Where people of one organization sign in, and where they are told what went wrong. */
export function OrganizationSignInScreen() {
  const { t } = useTranslation('sign-in')
  const organization = useOrg()
  const [{ returnTo, attempt = '' }] = usePageSearch()
  const session = useQuery(sessionQuery)
  const options = useQuery({
    ...ask('getSignInOptions', { params: { organization } }),
    retry: false,
  })
  const name = options.data?.organization.name
  usePageTitle(name ? t('organization.title', { name }) : t('signIn.title'))
  if (session.data?.kind === 'signedIn' && attempt === '') {
    const goOn = isReturnPath(returnTo) ? returnTo : homeOf(session.data)
    return <Navigate {...splitHref(goOn)} replace />
  }
  return (
    <PublicFrame {...(name ? { organization: name } : {})}>
      {options.isLoading && <SignInSkeleton />}
      {options.error && <Unknown error={options.error} onRetry={() => void options.refetch()} />}
      {options.data && <Ways options={options.data} attempt={attempt} />}
    </PublicFrame>
  )
}

function Ways({ options, attempt }: { options: SignInOptions; attempt: string }) {
  const { t } = useTranslation('sign-in')
  const [{ with: way }, change] = usePageSearch()
  const { provider, organization } = options
  const hasFailed = attempt !== '' && way !== 'password'
  const isLocal = !hasFailed && (provider === null || way === 'password')
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t(hasFailed ? 'attempt.heading' : 'organization.heading')}</Title>
        {!hasFailed && (
          <div className="soft">
            {t(isLocal ? 'local.for' : 'organization.for', { name: organization.name })}
          </div>
        )}
      </div>
      {hasFailed && <Attempt id={attempt} organization={organization.slug} />}
      {provider && !isLocal && !hasFailed && (
        <ProviderSignIn organization={organization.slug} provider={provider} />
      )}
      {isLocal && <LocalSignIn />}
      {provider && (
        <div className={classes['quiet']}>
          <Anchor
            component="button"
            type="button"
            onClick={() => change({ with: isLocal ? undefined : 'password', attempt: undefined })}
          >
            {isLocal ? t('organization.back', { label: provider.label }) : t('organization.local')}
            <IconChevronRight size={14} aria-hidden />
          </Anchor>
        </div>
      )}
    </Stack>
  )
}

/** No such organization, or the server has trouble. */
function Unknown({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation('sign-in')
  if (!(error instanceof ApiError) || error.status !== 404) {
    return <ProblemNotice error={error} onRetry={onRetry} />
  }
  return (
    <Stack gap="md">
      <Title order={1}>{t('unknown.title')}</Title>
      <div className="soft">{t('unknown.text')}</div>
      <ButtonLink href={paths.signIn()} variant="default">
        {t('unknown.action')}
      </ButtonLink>
    </Stack>
  )
}

function SignInSkeleton() {
  return (
    <Stack gap="lg" aria-busy>
      <div>
        <Skeleton height={28} width="50%" />
        <Skeleton height={14} mt={8} width="80%" />
      </div>
      <Skeleton height={50} />
      <Skeleton height={40} />
    </Stack>
  )
}
