import { Button, Stack, TextInput, Title } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { splitHref } from '../frame/plain-search.ts'
import { LocalSignIn } from './LocalSignIn.tsx'
import { isReturnPath } from './return-path.ts'
import classes from './SignIn.module.css'
import { homeOf, sessionQuery } from './session.ts'

/** For local administrators, and the way on for everybody who came without an organization's address. */
export function SignInScreen() {
  const { t } = useTranslation('sign-in')
  const [{ returnTo }] = usePageSearch()
  const session = useQuery(sessionQuery)
  usePageTitle(t('signIn.title'))
  if (session.data?.kind === 'signedIn') {
    const goOn = isReturnPath(returnTo) ? returnTo : homeOf(session.data)
    return <Navigate {...splitHref(goOn)} replace />
  }
  return (
    <PublicFrame below={<OrganizationWay />}>
      <Stack gap="md">
        <div>
          <Title order={1}>{t('signIn.title')}</Title>
          <div className="soft">{t('local.for')}</div>
        </div>
        <LocalSignIn />
      </Stack>
    </PublicFrame>
  )
}

/** Whoever signs in with their organization needs its address, of which the short name is enough. */
function OrganizationWay() {
  const { t } = useTranslation('sign-in')
  const navigate = useNavigate()
  const [slug, setSlug] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: paths.signInOf(slug.trim().toLowerCase()) })
  }
  return (
    <form onSubmit={submit} className={classes['way']}>
      <TextInput
        className={classes['wayField'] ?? ''}
        label={t('way.label')}
        description={t('way.hint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        name="organization"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        required
        withAsterisk={false}
        pattern="\s*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\s*"
        value={slug}
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" className={classes['wayButton'] ?? ''}>
        {t('way.go')}
      </Button>
    </form>
  )
}
