import { Anchor, Button, Group, Skeleton, Stack } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePageSearch } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { Notice } from '../ui/Notice.tsx'
import { AttemptTrouble } from './AttemptTrouble.tsx'
import { useStartSignIn } from './use-start-sign-in.ts'

/** What became of a sign-in, and the ways on that can help. Nothing is tried again by itself. */
export function Attempt({ id, organization }: { id: string; organization: string }) {
  const { t } = useTranslation('sign-in')
  const [, change] = usePageSearch()
  const start = useStartSignIn(organization)
  const attempt = useQuery({
    ...ask('getSignInAttempt', { params: { attempt: id } }),
    retry: false,
  })
  const trouble = attempt.data?.trouble
  // Of a sign-in that nobody knows any more nothing can be said but: begin anew.
  const canRetry = trouble ? trouble.canRetry : true
  const isBusy = start.isPending || start.isSuccess
  if (attempt.isLoading) return <Skeleton height={120} />
  if (attempt.data?.purpose === 'test') {
    return <Navigate to={paths.signInTest(organization, id)} replace />
  }
  if (trouble && attempt.data?.purpose === 'stepUp') {
    // In a window of its own, which began elsewhere and goes on there.
    return (
      <Stack gap="md">
        <AttemptTrouble trouble={trouble} />
        <div className="soft">{t('attempt.elsewhere')}</div>
      </Stack>
    )
  }
  return (
    <Stack gap="md">
      {trouble ? (
        <AttemptTrouble trouble={trouble} />
      ) : (
        <Notice tone="attention" role="alert" title={t('attempt.over.title')}>
          <p>{t('attempt.over.text')}</p>
        </Notice>
      )}
      {start.error && <ProblemNotice error={start.error} />}
      {(canRetry || trouble?.chooseAccount) && (
        <Group gap="xs">
          {canRetry && (
            <Button loading={isBusy} onClick={() => start.mutate({ chooseAccount: false })}>
              {t('attempt.retry')}
            </Button>
          )}
          {trouble?.chooseAccount && (
            <Button
              variant={canRetry ? 'default' : 'filled'}
              loading={isBusy}
              onClick={() => start.mutate({ chooseAccount: true })}
            >
              {t('attempt.other')}
            </Button>
          )}
        </Group>
      )}
      <div>
        <Anchor component="button" type="button" onClick={() => change({ attempt: undefined })}>
          {t('attempt.start')}
        </Anchor>
      </div>
    </Stack>
  )
}
