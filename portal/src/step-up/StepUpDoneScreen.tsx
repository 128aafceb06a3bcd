import { Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { ask } from '../query.ts'
import { AttemptTrouble } from '../sign-in/AttemptTrouble.tsx'
import { StateTag } from '../ui/StateTag.tsx'

/** The last page of a step-up's own window. When all is well it closes itself. */
export function StepUpDoneScreen() {
  const { t } = useTranslation(['step-up', 'sign-in'])
  const [search] = usePageSearch()
  const id = search['attempt'] ?? ''
  const attempt = useQuery({
    ...ask('getSignInAttempt', { params: { attempt: id } }),
    enabled: id !== '',
    retry: false,
  })
  const trouble = attempt.data?.trouble
  const isWell = id === '' || attempt.data?.state === 'succeeded'
  const title = isWell ? t('done.title') : t('done.refused')
  usePageTitle(title)
  useEffect(() => {
    // Where the browser does not let it, the page says that it may be closed.
    if (isWell) window.close()
  }, [isWell])
  if (attempt.isLoading) {
    return (
      <PublicFrame>
        <Skeleton height={120} aria-busy />
      </PublicFrame>
    )
  }
  return (
    <PublicFrame>
      <Stack gap="md">
        <Title order={1}>{title}</Title>
        {trouble && <AttemptTrouble trouble={trouble} />}
        {isWell && <StateTag tone="ok" label={t('done.ok')} />}
        <div className="soft">{isWell ? t('done.close') : t('sign-in:attempt.elsewhere')}</div>
      </Stack>
    </PublicFrame>
  )
}
